"""Between a plan and the drivers: the target opened, each driver behind one signature."""
