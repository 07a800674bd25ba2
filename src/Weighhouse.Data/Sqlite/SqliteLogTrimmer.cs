namespace Weighhouse.Data;

/// <summary>
/// Keeps the write-ahead log short, between two batches of the writer. In two steps, so that no write waits long: the
/// checkpointer moves the bulk beside the writer, then the writer moves the few pages that came meanwhile; with nothing left to
/// move, the next commit begins the log anew at its start, in room that the file system has given out already.
/// </summary>
internal sealed class SqliteLogTrimmer(SqliteConnection connection, SqliteCheckpointer checkpointer, DatabaseOptions options)
{
    private readonly int _pagesWanted = SqliteSetup.PagesOf(options.SqliteLogCheckpointMiB);
    private readonly int _pagesMax = SqliteSetup.PagesOf(options.SqliteLogMiBMax);
    private int _notBefore;

    public void Trim()
    {
        var pages = connection.LogPages;
        DataMetrics.LogPages = pages;
        if (pages < _pagesWanted)
        {
            _notBefore = 0;
            return;
        }

        if (pages < _notBefore) return;
        if (!checkpointer.IsAsked) checkpointer.Ask();
        // Past the hard limit the writer waits: a log that outgrows the disk would stop everything.
        if (pages >= _pagesMax) checkpointer.WaitUntilMoved();
        if (checkpointer.IsMoved) Finish(pages);
    }

    private void Finish(int pages)
    {
        _ = connection.Checkpoint(SqliteCheckpointMode.Passive);
        checkpointer.Forget();
        // A reader of an old snapshot may hold pages back; asking at each commit would only burn the disk.
        _notBefore = pages + _pagesWanted / 4;
    }
}
