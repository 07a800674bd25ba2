using Weighhouse.Access;
using Weighhouse.Access.Audit;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Access;

/// <summary>Whatever is done to the log behind Weighhouse's back shows, and the record where it was done is named.</summary>
public sealed class AuditTests
{
    private const int Records = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task Fifty_who_write_at_once_keep_the_chain_whole(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        var log = house.Get<IAuditLog>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
            await log.AppendAsync(new AuditEntry($"user{i}", "thing.do", $"thing:{i}", i % 2 == 0 ? null : "{}", "{}"), Cancellation))));

        var verdict = await VerifyAsync(house);
        Assert.Equal((50, null), (verdict.Records, verdict.BrokenAt));
        var listed = (await house.Get<IAuditTrail>().ListAsync(Principal.Local, new PageRequest(100), Cancellation)).Value.Items;
        Assert.Equal(Enumerable.Range(1, 50).Reverse().Select(number => (long)number), listed.Select(record => record.Number));
        Assert.Equal(50, listed.Select(record => record.Actor).Distinct().Count());
        Assert.Equal(verdict.HeadHash, listed[0].Hash);
    }

    [Theory]
    [OnEveryEngine("time_ms = time_ms + 1")]
    [OnEveryEngine("actor = 'mallory'")]
    [OnEveryEngine("action = 'thing.undo'")]
    [OnEveryEngine("subject = 'thing:99'")]
    [OnEveryEngine("before_state = '{}'")]
    [OnEveryEngine("after_state = NULL")]
    [OnEveryEngine("address = '127.0.0.2'")]
    [OnEveryEngine("request_id = 'another'")]
    [OnEveryEngine("actor = subject, subject = actor")]
    public async Task A_changed_field_is_found(DatabaseEngine engine, string change)
    {
        await using var house = await WithRecordsAsync(engine);

        await RunAsync(house, $"UPDATE access_audit SET {change} WHERE entry_no = 3");

        var verdict = await VerifyAsync(house);
        Assert.Equal((2, 3L), (verdict.Records, verdict.BrokenAt));
        Assert.Equal("Record 3 has been changed, or one before it: its hash does not follow.", verdict.Problem);
    }

    [Theory, OnEveryEngine]
    public async Task A_changed_hash_is_found(DatabaseEngine engine)
    {
        await using var house = await WithRecordsAsync(engine);

        await RunAsync(house, "UPDATE access_audit SET hash = (SELECT hash FROM access_audit WHERE entry_no = 5) WHERE entry_no = 4");

        Assert.Equal(4, (await VerifyAsync(house)).BrokenAt);
    }

    [Theory]
    [OnEveryEngine(1, "Record 1 is missing: the next one is 2.")]
    [OnEveryEngine(3, "Record 3 is missing: the next one is 4.")]
    [OnEveryEngine(6, "Records 6 to 6 are missing at the end.")]
    public async Task A_deleted_record_is_found(DatabaseEngine engine, int number, string problem)
    {
        await using var house = await WithRecordsAsync(engine);

        await RunAsync(house, $"DELETE FROM access_audit WHERE entry_no = {number}");

        var verdict = await VerifyAsync(house);
        Assert.Equal((number - 1, number, problem), (verdict.Records, verdict.BrokenAt, verdict.Problem));
    }

    [Theory, OnEveryEngine]
    public async Task A_log_emptied_is_found(DatabaseEngine engine)
    {
        await using var house = await WithRecordsAsync(engine);

        await RunAsync(house, "DELETE FROM access_audit");

        var verdict = await VerifyAsync(house);
        Assert.Equal((1, "Records 1 to 6 are missing at the end."), (verdict.BrokenAt, verdict.Problem));
    }

    [Theory, OnEveryEngine]
    public async Task A_record_renumbered_is_found(DatabaseEngine engine)
    {
        await using var house = await WithRecordsAsync(engine);

        await RunAsync(house, "DELETE FROM access_audit WHERE entry_no = 6");
        await RunAsync(house, "UPDATE access_audit SET entry_no = 6 WHERE entry_no = 5");

        Assert.Equal(5, (await VerifyAsync(house)).BrokenAt);
    }

    [Theory, OnEveryEngine]
    public async Task A_record_added_by_hand_is_found(DatabaseEngine engine)
    {
        await using var house = await WithRecordsAsync(engine);
        var head = (await house.Get<IAuditTrail>().ListAsync(Principal.Local, new PageRequest(1), Cancellation)).Value.Items[0];
        var forged = AuditChain.Link(
            Convert.FromHexString(head.Hash), 7, head.TimeMs, new AuditEntry("mallory", "thing.do", "thing:7"), AuditOrigin.Process);

        await RunAsync(
            house,
            "INSERT INTO access_audit (entry_no, time_ms, actor, action, subject, before_state, after_state, address, request_id, hash) "
            + $"VALUES (7, {head.TimeMs}, 'mallory', 'thing.do', 'thing:7', NULL, NULL, '-', '-', {Bytes(engine, forged)})");

        var verdict = await VerifyAsync(house);
        Assert.Equal((7, "The chain's end is written down as record 6, and not as this one."), (verdict.BrokenAt, verdict.Problem));
    }

    [Theory, OnEveryEngine]
    public async Task A_long_chain_is_verified_to_its_end(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.Database.WriteAsync<Done>(
            async session =>
            {
                for (var i = 0; i < 2_000; i++)
                    await AuditChain.AppendAsync(session, new AuditEntry("ann", "thing.do", $"thing:{i}"), AuditOrigin.Process, i);
                return Done.Ok;
            },
            Cancellation);
        Assert.Equal((2_000, null), ((await VerifyAsync(house)).Records, (await VerifyAsync(house)).BrokenAt));

        await RunAsync(house, "DELETE FROM access_audit WHERE entry_no = 2000");

        Assert.Equal(2_000, (await VerifyAsync(house)).BrokenAt);
    }

    [Theory, OnEveryEngine]
    public async Task What_is_refused_leaves_no_record(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        await house.AddAdminAsync("ann");
        await house.Users.SetDisabledAsync(Principal.Local, "ann", true, Cancellation);
        await house.Users.SetDisabledAsync(Principal.Local, "ghost", true, Cancellation);

        Assert.Equal(1, (await VerifyAsync(house)).Records);
    }

    [Theory, OnEveryEngine]
    public async Task A_record_tells_who_did_what_to_whom_with_before_and_after(DatabaseEngine engine)
    {
        await using var house = await AccessHouse.StartAsync(engine);
        const string viewer = """{"role":"viewer","scope":"project:default"}""";
        const string deployer = """{"role":"deployer","scope":"project:default"}""";
        await house.AddAsync("ann");
        await house.Users.GrantAsync(Principal.Local, "ann", new Grant(Role.Deployer, Scope.OfProject("default")), Cancellation);
        await house.BearerAsync("ann", Role.Viewer);

        var records = (await house.Get<IAuditTrail>().ListAsync(Principal.Local, new PageRequest(10), Cancellation)).Value.Items;

        Assert.Equal(
            [
                ("local", "token.create", "token:1", null, """{"user":"ann","name":"test","ceiling":"viewer","expiresMs":1775099045000}"""),
                ("local", "user.grant", "user:ann", viewer, deployer),
                ("local", "user.create", "user:ann", null, viewer),
            ],
            records.Select(record => (record.Actor, record.Action, record.Subject, record.Before, record.After)));
    }

    [Theory, OnEveryEngine]
    public async Task Only_administrators_read_it_page_by_page(DatabaseEngine engine)
    {
        await using var house = await WithRecordsAsync(engine);
        await house.AddAsync("ann", Role.Admin);
        var ann = await house.AsAsync(await house.BearerAsync("ann"));
        var trail = house.Get<IAuditTrail>();
        Assert.Equal(ErrorCode.PermissionDenied, (await trail.ListAsync(ann, new PageRequest(10), Cancellation)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await trail.VerifyAsync(ann, Cancellation)).Error?.Code);

        var numbers = new List<long>();
        string? token = null;
        do
        {
            var page = (await trail.ListAsync(Principal.Local, new PageRequest(3, token), Cancellation)).Value;
            numbers.AddRange(page.Items.Select(record => record.Number));
            token = page.NextToken;
        }
        while (token is not null);

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], numbers);
        var nonsense = await trail.ListAsync(Principal.Local, new PageRequest(3, "nonsense"), Cancellation);
        Assert.Equal(ErrorCode.InvalidArgument, nonsense.Error?.Code);
    }

    private static async Task<AccessHouse> WithRecordsAsync(DatabaseEngine engine)
    {
        var house = await AccessHouse.StartAsync(engine);
        for (var i = 1; i <= Records; i++)
            await house.Get<IAuditLog>().AppendAsync(new AuditEntry("ann", "thing.do", $"thing:{i}", null, $"{{\"i\":{i}}}"), Cancellation);
        Assert.Null((await VerifyAsync(house)).BrokenAt);
        return house;
    }

    private static async Task<AuditVerdict> VerifyAsync(AccessHouse house) =>
        (await house.Get<IAuditTrail>().VerifyAsync(Principal.Local, Cancellation)).Value;

    private static async Task RunAsync(AccessHouse house, string sql)
    {
        var statement = SqlText.Both("Tamper", sql);
        var changed = await house.Database.WriteAsync<int>(async session => await session.Prepare(statement).ExecuteAsync(), Cancellation);
        Assert.NotEqual(0, changed.Value);
    }

    private static string Bytes(DatabaseEngine engine, byte[] bytes) =>
        engine is DatabaseEngine.Sqlite ? $"x'{Convert.ToHexString(bytes)}'" : $"decode('{Convert.ToHexString(bytes)}', 'hex')";
}
