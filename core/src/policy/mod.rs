pub(crate) use crate::model::Permission;
