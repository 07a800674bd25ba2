namespace Weighhouse.Data;

/// <summary>A database that one command has opened, and closes.</summary>
public sealed class OpenDatabase : IAsyncDisposable
{
    private readonly IAsyncDisposable _owner;

    internal OpenDatabase(IDatabase database, IAsyncDisposable owner)
    {
        Database = database;
        _owner = owner;
    }

    public IDatabase Database { get; }

    public ValueTask DisposeAsync() => _owner.DisposeAsync();
}
