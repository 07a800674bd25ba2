using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

public sealed class WriteTests
{
    [Theory, OnEveryEngine]
    public async Task What_is_written_is_read_at_once(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        for (var i = 0; i < 20; i++)
        {
            Assert.False((await Notes.AddAsync(house.Database, i)).IsFailure);
            Assert.Equal(i + 1, await Notes.CountAsync(house.Database));
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_failed_unit_leaves_nothing_and_its_neighbours_stay(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => AddOrFailAsync(house.Database, i).AsTask()));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 3 == 0), outcomes.Select(outcome => outcome.IsFailure));
        Assert.Equal(outcomes.Count(outcome => !outcome.IsFailure), await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_unit_that_throws_leaves_nothing_and_its_neighbours_stay(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        var good = Enumerable.Range(0, 50).Select(i => Notes.AddAsync(house.Database, i).AsTask()).ToList();

        var thrown = house.Database.WriteAsync<Done>(
            async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1_000).ExecuteAsync();
                throw new FormatException("a bug");
            },
            TestContext.Current.CancellationToken);
        var more = Enumerable.Range(50, 50).Select(i => Notes.AddAsync(house.Database, i).AsTask()).ToList();

        await Assert.ThrowsAsync<FormatException>(async () => await thrown);
        Assert.All(await Task.WhenAll([.. good, .. more]), outcome => Assert.False(outcome.IsFailure));
        Assert.Equal(100, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_duplicate_key_is_an_expected_failure_of_its_unit_alone(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Notes.AddAsync(house.Database, i / 2).AsTask()));

        Assert.Equal(50, outcomes.Count(outcome => outcome.Error?.Code is ErrorCode.AlreadyExists));
        Assert.Equal(50, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_thousand_increments_of_one_row_are_a_thousand(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        await Notes.AddAsync(house.Database, 1);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => house.Database.WriteAsync<int>(
            static async session => await session.Prepare(Notes.Increment).Bind("id", 1).ExecuteAsync(),
            TestContext.Current.CancellationToken).AsTask()));

        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Value));
        Assert.Equal(1_000, await WeightAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task Read_then_write_in_one_unit_is_never_torn_by_another(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        var taken = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => TakeNextIdAsync(house.Database).AsTask()));

        Assert.All(taken, outcome => Assert.False(outcome.IsFailure, outcome.Error?.Message));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long)i), taken.Select(outcome => outcome.Value).Order());
    }

    [Theory, OnEveryEngine]
    public async Task Many_rows_go_in_with_one_call(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        var ids = Enumerable.Range(0, 5_000).ToArray();

        var changed = await house.Database.WriteAsync<int>(
            async session => await session.ExecuteManyAsync(Notes.Insert, ids, static (statement, id) =>
                Notes.Bind(statement, id, $"note {id}", id / 2.0)),
            TestContext.Current.CancellationToken);

        Assert.Equal(5_000, changed.Value);
        var texts = await Notes.TextsAsync(house.Database);
        Assert.Equal(ids.Select(id => $"note {id}"), texts);
    }

    [Theory, OnEveryEngine]
    public async Task What_is_to_happen_after_the_commit_happens_only_then(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);
        var happened = new List<string>();

        await WriteWithAfterCommitAsync(house.Database, 1, happened, Done.Value);
        await WriteWithAfterCommitAsync(house.Database, 2, happened, Error.Conflict("no"));

        Assert.Equal(["after 1"], happened);
    }

    [Theory, OnEveryEngine]
    public async Task A_write_whose_caller_is_gone_before_it_begins_is_not_done(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await house.Database.WriteAsync<Done>(
            static async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync();
                return Done.Value;
            },
            new CancellationToken(canceled: true)));

        Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Theory, OnEveryEngine]
    public async Task A_full_queue_refuses_after_its_time_limit(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add, with: options => options with
        {
            WriteQueueUnitsMax = 1,
            WriteQueueTimeLimitMs = 30,
            PostgresWriteLanes = 1,
        });
        using var begun = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var blocking = house.Database.WriteAsync<Done>(
            _ =>
            {
                begun.Set();
                release.Wait();
                return new(Done.Ok);
            },
            TestContext.Current.CancellationToken).AsTask();
        begun.Wait(TestContext.Current.CancellationToken);

        var waiting = Notes.AddAsync(house.Database, 1).AsTask();
        var refused = await Notes.AddAsync(house.Database, 2);
        release.Set();

        Assert.Equal(ErrorCode.LimitExceeded, refused.Error?.Code);
        Assert.False((await waiting).IsFailure);
        Assert.False((await blocking).IsFailure);
    }

    [Fact]
    public async Task A_unit_that_awaits_something_else_is_a_bug_and_leaves_nothing()
    {
        await using var house = await TestDatabase.StartAsync(DatabaseEngine.Sqlite, Notes.Add);

        await Assert.ThrowsAsync<InvariantException>(async () => await house.Database.WriteAsync<Done>(
            static async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync();
                await Task.Yield();
                return Done.Value;
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(0, await Notes.CountAsync(house.Database));
        Assert.False((await Notes.AddAsync(house.Database, 2)).IsFailure);
    }

    [Theory, OnEveryEngine]
    public async Task A_statement_that_is_not_bound_right_is_a_bug_that_is_named(DatabaseEngine engine)
    {
        await using var house = await TestDatabase.StartAsync(engine, Notes.Add);

        var missing = await BugAsync(house.Database, static statement => statement.Bind("id", 1).Bind("text", "a"));
        var unknown = await BugAsync(house.Database, static statement => statement.Bind("id", 1).Bind("@text", "a"));
        var twice = await BugAsync(house.Database, static statement => statement.Bind("id", 1).Bind("id", 2));
        var nan = await BugAsync(house.Database, static statement => statement.Bind("weight", double.NaN));
        var surrogate = await BugAsync(house.Database, static statement => statement.Bind("text", "a\ud800b"));

        Assert.Equal("InsertNote: not bound: weight, data.", missing.Message);
        Assert.Equal(
            "InsertNote has no parameter '@text'; it has: id, text, weight, data. Names are bound without the @.", unknown.Message);
        Assert.Equal("InsertNote: the parameter 'id' is bound twice.", twice.Message);
        Assert.StartsWith("InsertNote: NaN is bound to 'weight'.", nan.Message, StringComparison.Ordinal);
        Assert.StartsWith("InsertNote: the text bound to 'text' has a lone surrogate", surrogate.Message, StringComparison.Ordinal);
        Assert.False((await Notes.AddAsync(house.Database, 1)).IsFailure);
    }

    private static async Task<InvariantException> BugAsync(IDatabase database, Func<DbStatement, DbStatement> bind) =>
        await Assert.ThrowsAsync<InvariantException>(async () => await database.WriteAsync<int>(
            async session => await bind(session.Prepare(Notes.Insert)).ExecuteAsync(),
            TestContext.Current.CancellationToken));

    private static ValueTask<Result<Done>> WriteWithAfterCommitAsync(
        IDatabase database, long id, List<string> happened, Result<Done> result) =>
        database.WriteAsync(
            async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), id).ExecuteAsync();
                session.AfterCommit(() => happened.Add($"after {id}"));
                return result;
            },
            TestContext.Current.CancellationToken);

    private static ValueTask<Result<long>> TakeNextIdAsync(IDatabase database) => database.WriteAsync<long>(
        static async session =>
        {
            var next = await session.Prepare(Notes.Count).LongAsync();
            await Notes.Bind(session.Prepare(Notes.Insert), next!.Value).ExecuteAsync();
            return next.Value;
        },
        TestContext.Current.CancellationToken);

    private static async Task<double> WeightAsync(IDatabase database) => await database.ReadAsync(
        static session => session.Prepare(Notes.Weight).Bind("id", 1).FirstAsync(static row => row.Double(0)),
        TestContext.Current.CancellationToken);

    private static ValueTask<Result<Done>> AddOrFailAsync(IDatabase database, int i) => database.WriteAsync<Done>(
        async session =>
        {
            await Notes.Bind(session.Prepare(Notes.Insert), i).ExecuteAsync();
            return i % 3 == 0 ? Error.Conflict("no") : Done.Value;
        },
        TestContext.Current.CancellationToken);
}
