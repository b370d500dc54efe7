//! Files and players, frame by frame.
