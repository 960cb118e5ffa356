INSERT INTO repo_policy VALUES ('place', '/work/app/.git');
INSERT INTO invocations VALUES
  ('9b1c2d3e4f50', 1767225800000, 'stint run -- make', NULL, '/work/app', '/work/app', 'main', NULL, NULL, 4),
  ('3fa9c1d2e4b5', 1767225600000, 'stint run -- npm test', NULL, '/work/app', '/work/app', 'main',
   '0123456789abcdef0123456789abcdef01234567', 0, 1),
  ('77c0a1b2c3d4', 1767225700000, 'stint run -c ''sleep 9''', 'post-checkout', '/work/app', NULL, NULL, NULL, NULL, 2);
INSERT INTO jobs VALUES
  ('9b1c2d3e4f50', 'make', 1, 'queued', 1, '[]', NULL, 'make', '/work/app', 1, 1767225800000, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, NULL, NULL, NULL, 4, NULL, NULL, NULL, 0, 604800000, 2592000000, NULL, NULL, NULL, NULL),
  ('3fa9c1d2e4b5', 'npm', 1, 'failed', 1, '["build"]', NULL, 'npm test', '/work/app', 1, 1767225600000, 1767225600010,
   1767225609000, 1767225609100, 3, NULL, NULL, 4242, 5120, NULL, NULL,
   '{"outcome":"error","phase":"embed","rows_processed":3,"rows_total":10,"elapsed_ms":8000,"unclaimed_ms":0,"rss_peak_mib":null,"phases":[]}', 1, 8990, 7210, 430, 0, 604800000, 2592000000, 1767225700000, 1767225650000, 4096, 'codex'),
  ('77c0a1b2c3d4', 'sleep', 1, 'cancelled', 1, '[]', NULL, 'sleep 9', '/work/app', 2, 1767225700000, 1767225700010,
   1767225699000, 1767225699100, 143, 'SIGTERM', NULL, 4343, 300, NULL, NULL, NULL, 2, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL),
  ('77c0a1b2c3d4', 'late', 1, 'running', 1, '[]', NULL, 'late', '/work/app', 1, 1767225700000, 1767225700020, NULL, NULL,
   NULL, NULL, NULL, 4444, NULL, NULL, NULL, NULL, 3, NULL, NULL, NULL, 0, 604800000, 2592000000, NULL, NULL, NULL, NULL);
INSERT INTO past_runs VALUES (0, 'npm', 'completed', 'npm test', '0123456789abcdef0123456789abcdef01234567', 8000, 7000, 400, NULL);
