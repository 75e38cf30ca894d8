-- Approval records have had their tenant from the start: there is nothing to fill. The step stands for its checks: no row
-- may refer across tenants, or to nothing.
SELECT 1;
