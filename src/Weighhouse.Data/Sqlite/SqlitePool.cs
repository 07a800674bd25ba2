using System.Collections.Concurrent;

namespace Weighhouse.Data;

/// <summary>A bounded number of read-only connections, opened as needed, the last used first since its caches are warm.</summary>
internal sealed class SqlitePool(string path, DatabaseOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentStack<SqliteConnection> _idle = new();
    private readonly SemaphoreSlim _places = new(options.ReadersMax, options.ReadersMax);

    public int Idle => _places.CurrentCount;

    public async ValueTask<SqliteConnection> TakeAsync(CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return _idle.TryPop(out var connection) ? connection : SqliteSetup.OpenReader(path, options, time);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Return(SqliteConnection connection, bool healthy)
    {
        if (healthy) _idle.Push(connection);
        else connection.Dispose();
        _places.Release();
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var connection)) connection.Dispose();
        _places.Dispose();
    }
}
