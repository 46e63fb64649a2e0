"""`tasks`: listing, changing, completing and executing them."""
