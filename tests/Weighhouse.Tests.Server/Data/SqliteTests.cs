using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

/// <summary>What is promised of the embedded engine alone.</summary>
public sealed class SqliteTests
{
    private static readonly SqlText Touch = SqlText.Both("TouchNote", "UPDATE test_notes SET weight = @weight WHERE id = @id");
    private static readonly SqlText TwoStatements = SqlText.Both("TwoStatements", "SELECT 1; SELECT 2");

    [Fact]
    public async Task Binding_and_running_allocate_nothing_per_row()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add);
        await Notes.AddAsync(house.Database, 1);
        var rows = Enumerable.Range(0, 10_000).ToArray();

        var allocated = await house.Database.WriteAsync<long>(
            async session =>
            {
                // The first run prepares the statement.
                await session.ExecuteManyAsync(Touch, [1], BindTouch);
                var before = GC.GetAllocatedBytesForCurrentThread();
                await session.ExecuteManyAsync(Touch, rows, BindTouch);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            },
            TestContext.Current.CancellationToken);

        Assert.InRange(allocated.Value, 0, 1_024);
    }

    [Fact]
    public async Task The_log_stays_bounded_under_a_steady_load()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add, with: static options => options with
        {
            SqliteLogCheckpointMiB = 1,
            SqliteLogMiBMax = 4,
        });
        var log = new FileInfo(Path.Combine(house.Options.DataDirectory, "weighhouse.db-wal"));
        var longest = 0L;

        for (var i = 0; i < 400; i++)
        {
            await Notes.AddAsync(house.Database, i, new string('x', 100_000));
            log.Refresh();
            longest = Math.Max(longest, log.Length);
        }

        Assert.InRange(longest, 1 << 20, 6 << 20);
    }

    [Fact]
    public async Task A_closed_database_is_one_file()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add);
        await Notes.AddAsync(house.Database, 1);

        await house.CloseAsync();

        var files = Directory.GetFiles(house.Options.DataDirectory).Select(Path.GetFileName);
        Assert.Equal(["weigh.lock", "weighhouse.db"], files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_text_of_two_statements_is_a_bug()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite);

        var thrown = await Assert.ThrowsAsync<InvariantException>(async () => await house.Database.ReadAsync(
            static session => session.Prepare(TwoStatements).LongAsync(), TestContext.Current.CancellationToken));

        Assert.StartsWith("TwoStatements must be exactly one statement", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_awaits_something_else_is_a_bug()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add);

        await Assert.ThrowsAsync<InvariantException>(async () => await house.Database.ReadAsync(
            static async session =>
            {
                await Task.Yield();
                return await session.Prepare(Notes.Count).LongAsync();
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        var options = await TestDatabase.NewOptionsAsync(DatabaseEngine.Sqlite);
        await File.WriteAllTextAsync(
            Path.Combine(options.DataDirectory, "weighhouse.db"), new string('x', 10_000), TestContext.Current.CancellationToken);
        await using var house = TestDatabase.Closed(options);

        var refused = await house.TryOpenAsync();

        Assert.Equal(ErrorCode.Corrupted, refused.Error?.Code);
    }

    private static void BindTouch(DbStatement statement, int row) => statement.Bind("weight", row * 0.5).Bind("id", 1);
}
