"""案卷: all that there is of some cases, in one package that anybody can check; and how rounds are put into the archive."""
