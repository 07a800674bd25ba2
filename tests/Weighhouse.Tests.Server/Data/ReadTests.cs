using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

public sealed class ReadTests
{
    private static readonly SqlText Endless = SqlText.Both(
        "CountForever", "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT COUNT(*) FROM numbers");

    private static readonly SqlText Folded = SqlText.Both(
        "FoldNotes", "SELECT text FROM test_notes WHERE fold(text) LIKE fold(@pattern) ORDER BY id");
    private static readonly SqlText Like = SqlText.Both("LikeNotes", "SELECT text FROM test_notes WHERE text LIKE @pattern ORDER BY id");
    private static readonly SqlText Matching = SqlText.Both(
        "MatchNotes", "SELECT text FROM test_notes WHERE regexp(@pattern, text) ORDER BY id");
    private static readonly SqlText Broken = SqlText.Both("BrokenStatement", "SELECT nothing FROM nowhere");

    [Theory, OnEveryEngine]
    public async Task Values_come_back_as_they_went_in(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        var large = new byte[3_000_000];
        new Random(7).NextBytes(large);
        (long Id, string Text, double Weight, byte[]? Data)[] notes =
        [
            (long.MinValue, "", double.NegativeInfinity, null),
            (-1, "ascii", -0.0, []),
            (0, "naïve 漢字 🎉", double.MaxValue, [0]),
            (1, new string('é', 5_000), double.Epsilon, large),
            (long.MaxValue, "it's \"quoted\" @name $1 -- no", double.PositiveInfinity, [1, 2, 3]),
        ];

        await house.Database.WriteAsync<int>(
            async session => await session.ExecuteManyAsync(Notes.Insert, notes, static (statement, note) =>
                Notes.Bind(statement, note.Id, note.Text, note.Weight, note.Data)),
            TestContext.Current.CancellationToken);
        var read = await house.Database.ReadAsync(
            static session => session.Prepare(Notes.All).ListAsync(static row =>
                (row.Long(0), row.Text(1), row.Double(2), row.IsNull(3) ? null : row.Bytes(3))),
            TestContext.Current.CancellationToken);

        Assert.Equal(notes, read);
    }

    [Theory, OnEveryEngine]
    public async Task A_read_sees_one_instant_whatever_is_written_meanwhile(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await Notes.AddAsync(house.Database, 1);
        using var written = new ManualResetEventSlim();
        var firstCounted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var reading = Task.Run(() => house.Database.ReadAsync(
            async session =>
            {
                var before = await session.Prepare(Notes.Count).LongAsync();
                firstCounted.SetResult();
                written.Wait();
                return (before, await session.Prepare(Notes.Count).LongAsync());
            },
            TestContext.Current.CancellationToken).AsTask());
        await firstCounted.Task;
        await Notes.AddAsync(house.Database, 2);
        written.Set();

        Assert.Equal((1, 1), await reading);
        Assert.Equal(2, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_read_stops_when_its_caller_goes_away(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        using var gone = new CancellationTokenSource();

        var reading = Task.Run(() => house.Database.ReadAsync(static session => session.Prepare(Endless).LongAsync(), gone.Token).AsTask());
        gone.CancelAfter(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_read_stops_at_its_time_limit_and_says_so(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(
            engine, Notes.Add, with: static options => options with { ReadTimeLimitMs = 100 });

        var thrown = await Assert.ThrowsAsync<DatabaseException>(async () => await house.Database.ReadAsync(
            static session => session.Prepare(Endless).LongAsync(), TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.Unavailable, thrown.Error.Code);
        Assert.Contains("ReadTimeLimitMs", thrown.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task More_readers_than_connections_wait_for_their_turn(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add, with: static options => options with { ReadersMax = 2 });
        await Notes.AddAsync(house.Database, 1);

        var counts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Notes.CountAsync(house.Database))));

        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Theory, OnEveryEngine]
    public async Task Search_functions_mean_the_same_everywhere(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        foreach (var (text, id) in new[] { "Alpha", "alphabet", "ÉCOLE", "beta", "" }.Select((text, id) => (text, id)))
            await Notes.AddAsync(house.Database, id, text);

        Assert.Equal(["Alpha", "alphabet"], await FindAsync(house.Database, Folded, "ALPHA%"));
        Assert.Equal(["ÉCOLE"], await FindAsync(house.Database, Folded, "éc%"));
        Assert.Equal(["alphabet"], await FindAsync(house.Database, Like, "alpha%"));
        Assert.Equal(["Alpha", "alphabet", "beta"], await FindAsync(house.Database, Matching, "^[A-Za-z]+$"));
        Assert.Equal(["alphabet", "beta"], await FindAsync(house.Database, Matching, "bet?"));
    }

    [Theory, OnEveryEngine]
    public async Task A_bad_regular_expression_is_the_callers_mistake(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await Notes.AddAsync(house.Database, 1, "a");

        var thrown = await Assert.ThrowsAsync<DatabaseException>(async () => await FindAsync(house.Database, Matching, "(a"));

        Assert.Equal(ErrorCode.InvalidArgument, thrown.Error.Code);
        Assert.StartsWith("Invalid regular expression", thrown.Error.Message, StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine]
    public async Task A_read_that_writes_is_a_bug(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        await Assert.ThrowsAnyAsync<Exception>(async () => await house.Database.ReadAsync(
            static session => Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync(), TestContext.Current.CancellationToken));

        Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task Wrong_sql_is_a_bug_that_names_its_statement(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        var thrown = await Assert.ThrowsAsync<InvariantException>(async () => await house.Database.ReadAsync(
            static session => session.Prepare(Broken).LongAsync(), TestContext.Current.CancellationToken));

        Assert.Contains("BrokenStatement", thrown.Message, StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine]
    public async Task More_statements_than_are_kept_prepared_still_run(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(
            engine, Notes.Add, with: static options => options with { StatementsPreparedMax = 3 });
        var statements = Enumerable.Range(0, 10).Select(i => SqlText.Both($"Select{i}", $"SELECT {i}")).ToList();

        for (var round = 0; round < 3; round++)
            foreach (var (statement, i) in statements.Select((statement, i) => (statement, i)))
                Assert.Equal(i, await LongAsync(house.Database, statement));
    }

    private static ValueTask<long?> LongAsync(IDatabase database, SqlText sql) =>
        database.ReadAsync(session => session.Prepare(sql).LongAsync(), TestContext.Current.CancellationToken);

    private static ValueTask<List<string>> FindAsync(IDatabase database, SqlText sql, string pattern) => database.ReadAsync(
        session => session.Prepare(sql).Bind("pattern", pattern).ListAsync(static row => row.Text(0)),
        TestContext.Current.CancellationToken);
}
