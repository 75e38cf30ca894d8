-- Nothing to take back: the filled tenants are what the triggers of expand write too, and they go with
-- their columns.
SELECT 1;
