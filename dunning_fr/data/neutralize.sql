-- A copied database sends nothing (invariant 9). Odoo itself switches off scheduled
-- actions and mail servers; what was waiting must not leave either when somebody
-- switches them on again to try something.
UPDATE dunning_dispatch
   SET state = 'cancelled',
       failure_reason = 'Copy of a database: cancelled when it was neutralized.'
 WHERE state IN ('queued', 'ready', 'sending');

UPDATE dunning_notice notice
   SET state = 'cancelled',
       failure_reason = 'Copy of a database: cancelled when it was neutralized.'
 WHERE state = 'queued'
   AND NOT EXISTS (
       SELECT 1
         FROM dunning_dispatch dispatch
        WHERE dispatch.notice_id = notice.id
          AND dispatch.state <> 'cancelled'
       );

-- with a failed dispatch left, the notice has failed
UPDATE dunning_notice
   SET state = 'failed'
 WHERE state = 'queued';

UPDATE dunning_level
   SET auto_send = false,
       auto_send_formal = false;

UPDATE res_company
   SET dunning_auto_run = false;

-- a copy erases nothing by itself either
UPDATE res_company
   SET dunning_retention_mode = 'manual';

UPDATE dunning_purge
   SET state = 'stopped'
 WHERE state = 'running';
