"""Ready-made fragments of graphs: IF/ELSE, questions, loops, delays and the like, each a module with its inputs and a
pure function that draws steps, groups and connections. Called by bots.service.presets; knows no database, clock or
chance."""
