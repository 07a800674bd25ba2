namespace Weighhouse.Data;

/// <summary>The modes of sqlite3_wal_checkpoint_v2, by their numbers.</summary>
internal enum SqliteCheckpointMode
{
    Passive = 0,
    Truncate = 3,
}
