-- By which version of what incidents are described by the model was learnt: a model of another one begins anew.
alter table learning_model add column feature_version integer;
