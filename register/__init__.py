"""THE HOUSEHOLD 登记: what is not a case; one table of kinds, one road, entries on the trail."""
