"""Records as they are kept, checked and shown, a module for each kind; and what is still to happen to them."""
