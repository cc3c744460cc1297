DROP TRIGGER matching_guard_consent ON matching_consent;
DROP FUNCTION matching_guard_consent();
DROP TRIGGER matching_guard_person ON matching_person;
DROP FUNCTION matching_guard_person();
