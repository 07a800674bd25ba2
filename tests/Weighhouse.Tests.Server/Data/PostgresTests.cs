using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

/// <summary>What PostgreSQL may answer, and what becomes of the unit it answers so.</summary>
public sealed class PostgresTests
{
    private static readonly SqlText Terminate = SqlText.Both("TerminateOwnConnection", "SELECT pg_terminate_backend(pg_backend_pid())");

    private static readonly SqlText TerminateOthers = SqlText.Both(
        "TerminateOtherConnections",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    [Theory]
    [InlineData("53100", ErrorCode.StorageFull)]
    [InlineData("25006", ErrorCode.StorageFull)]
    [InlineData("53300", ErrorCode.Unavailable)]
    [InlineData("57014", ErrorCode.Unavailable)]
    [InlineData("57P03", ErrorCode.Unavailable)]
    [InlineData("08006", ErrorCode.Unavailable)]
    [InlineData("58030", ErrorCode.Unavailable)]
    [InlineData("40001", ErrorCode.Unavailable)]
    [InlineData("40P01", ErrorCode.Unavailable)]
    [InlineData("23505", ErrorCode.AlreadyExists)]
    [InlineData("23503", ErrorCode.FailedPrecondition)]
    [InlineData("XX001", ErrorCode.Corrupted)]
    public async Task A_state_that_is_expected_fails_the_unit_with_its_code(string state, ErrorCode code)
    {
        await using var house = await StartAsync();

        var failed = await house.Database.WriteAsync<Done>(
            async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync();
                await session.ExecuteScriptAsync("Raise", Raise(state));
                return Done.Value;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(code, failed.Error?.Code);
        Assert.Equal(0, await Notes.CountAsync(house.Database));
        Assert.False((await Notes.AddAsync(house.Database, 2)).IsFailure);
    }

    [Fact]
    public async Task A_state_that_tells_of_a_bug_is_thrown()
    {
        await using var house = await StartAsync();

        await Assert.ThrowsAsync<InvariantException>(async () => await house.Database.WriteAsync<Done>(
            static async session =>
            {
                await session.ExecuteScriptAsync("Raise", Raise("22012"));
                return Done.Value;
            },
            TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task A_collision_runs_the_unit_again_and_its_caller_never_hears_of_it(string state)
    {
        await using var house = await StartAsync();
        var runs = 0;

        var written = await house.Database.WriteAsync<int>(
            async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync();
                if (++runs < 4) await session.ExecuteScriptAsync("Raise", Raise(state));
                return runs;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(4, written.Value);
        Assert.Equal(1, await Notes.CountAsync(house.Database));
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_commit_runs_the_unit_again()
    {
        await using var house = await StartAsync();
        var runs = 0;

        var written = await house.Database.WriteAsync<int>(
            async session =>
            {
                await Notes.Bind(session.Prepare(Notes.Insert), 1).ExecuteAsync();
                if (++runs == 1) await session.Prepare(Terminate).LongAsync();
                return runs;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(2, written.Value);
        Assert.Equal(1, await Notes.CountAsync(house.Database));
    }

    [Fact]
    public async Task A_connection_that_died_in_the_pool_is_not_noticed_by_a_read()
    {
        await using var house = await StartAsync();
        for (var i = 0; i < 3; i++) await Notes.CountAsync(house.Database);

        await house.Database.WriteAsync<int>(
            static async session => await session.Prepare(TerminateOthers).ExecuteAsync(), TestContext.Current.CancellationToken);

        for (var i = 0; i < 3; i++) Assert.Equal(0, await Notes.CountAsync(house.Database));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_refused_with_the_cure()
    {
        Assert.SkipWhen(PostgresServer.WhyAbsent is not null, "There is no PostgreSQL here at all.");
        var options = await TestDatabase.NewOptionsAsync(DatabaseEngine.Sqlite);
        await using var house = TestDatabase.Closed(options with { Url = "postgres://ann:secret@127.0.0.1:1/facts" });

        var refused = await house.TryOpenAsync();

        Assert.Equal(ErrorCode.Unavailable, refused.Error?.Code);
        Assert.StartsWith("PostgreSQL cannot be reached: ", refused.Error?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Error?.Message, StringComparison.Ordinal);
    }

    private static Task<TestDatabase> StartAsync() => TestDatabase.StartAsync(
        DatabaseEngine.PostgreSql, Notes.Add, with: static options => options with { PostgresAttemptsMax = 4 });

    private static string Raise(string state) => $"DO $$ BEGIN RAISE EXCEPTION 'raised for the test' USING ERRCODE = '{state}'; END $$";
}
