-- What db-scheduler 16 keeps its executions in: one row for each wait that goes on.
create table scheduled_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index on scheduled_tasks (execution_time);
create index on scheduled_tasks (last_heartbeat);

-- How waits ended: one row for each job, and no second one.
create table job_ends (
  job_id text primary key,
  outcome text not null,
  server_ids text[] not null,
  recorded_by text not null
);
