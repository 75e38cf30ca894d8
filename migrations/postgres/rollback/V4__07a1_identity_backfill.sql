-- The filled values may stay: they are what the trigger of the step before would have written, and that
-- step's rollback drops the columns.
SELECT 1;
