-- Whom the old platform's rows name stays as it was written, be it nobody: there is nothing to fill, and nothing that could
-- stand in the way of the next step.
SELECT 1;
