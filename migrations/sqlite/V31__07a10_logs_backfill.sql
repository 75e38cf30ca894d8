-- What the old platform wrote down stays as it was written, be it of a tenant that is no more: there is nothing to fill, and
-- nothing that could stand in the way of the next step.
SELECT 1;
