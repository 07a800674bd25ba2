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

    private static ValueTask<Result<Done>> AddOrFailAsync(IDatabase database, int i) => database.WriteAsync<Done>(
        async session =>
        {
            await Notes.Bind(session.Prepare(Notes.Insert), i).ExecuteAsync();
            return i % 3 == 0 ? Error.Conflict("no") : Done.Value;
        },
        TestContext.Current.CancellationToken);
}
