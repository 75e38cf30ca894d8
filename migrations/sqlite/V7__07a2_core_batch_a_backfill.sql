-- Core batch A, backfill: nothing to write, these tables have had their tenant from the start. The runner
-- validates every edge of the batch at this step.
SELECT 1;
