//! Missions: from the draft to the end of the run, and what stands in the way.

mod approvals;
mod boundary;
mod crew;
mod drafts;
mod emergency;
mod flights;
mod plans;
