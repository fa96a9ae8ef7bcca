"""THE EXCHANGE 往来: problems of an upper office down, figures up, in signed files between two installations that share no network."""
