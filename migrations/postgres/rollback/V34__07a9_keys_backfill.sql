-- Nothing was written.
SELECT 1;
