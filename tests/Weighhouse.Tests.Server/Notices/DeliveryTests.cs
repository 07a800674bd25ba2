using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weighhouse.Data;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;
using Weighhouse.Notices;
using Weighhouse.Tests.Http.Egress;
using static Weighhouse.Tests.Server.Notices.NoticesHouse;

namespace Weighhouse.Tests.Server.Notices;

/// <summary>What happened is told: all of it, in order, to nobody else, and not what did not happen.</summary>
public sealed partial class DeliveryTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Broken = "HTTP/1.1 503 Later\r\nContent-Length: 4\r\n\r\nbusy";

    [Theory, OnEveryEngine]
    public async Task What_was_committed_is_told_and_what_was_taken_back_is_not(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine);
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        await house.HappenAsync("churn", 1);
        await house.HappenAsync("churn", 2, isTakenBack: true);
        await house.HappenAsync("churn", 3);

        var deliveries = await house.OverAsync(hook, 2);
        Assert.All(deliveries, delivery => Assert.Equal((DeliveryState.Delivered, 1), (delivery.State, delivery.AttemptsCount)));
        Assert.Equal(["1", "3"], receiver.Requests.Select(NumberOf));
        var attempt = Assert.Single(await house.AttemptsAsync(hook, deliveries[0]));
        Assert.Equal((1, 200, null, "ok"), (attempt.Number, attempt.Status, attempt.Error, attempt.Answer));
    }

    [Theory, OnEveryEngine]
    public async Task A_delivery_is_signed_and_says_which_it_is(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine);
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        await house.HappenAsync("churn", 7);
        var delivery = Assert.Single(await house.OverAsync(hook, 1));

        var request = Assert.Single(receiver.Requests);
        var body = BodyOf(request);
        Assert.Equal(delivery.Id, HeaderOf(request, "Weighhouse-Delivery"));
        Assert.Equal("1", HeaderOf(request, "Weighhouse-Attempt"));
        Assert.Equal("version.create", HeaderOf(request, "Weighhouse-Event"));
        var signature = SignatureParts().Match(HeaderOf(request, "Weighhouse-Signature"));
        var signed = Encoding.UTF8.GetBytes($"{signature.Groups["time"].Value}.{body}");
        var wanted = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);
        Assert.Equal(Convert.ToHexStringLower(wanted), signature.Groups["hash"].Value);
        Assert.InRange(long.Parse(signature.Groups["time"].Value), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, long.MaxValue);
        var told = JsonNode.Parse(body)!;
        Assert.Equal(
            ("version.create", "2026-09-21T14:13:20.007Z", "ann", "default", "model", "churn", "7"),
            (
                (string)told["type"]!, (string)told["at"]!, (string)told["actor"]!, (string)told["project"]!,
                (string)told["subject"]!["kind"]!, (string)told["subject"]!["name"]!, (string)told["data"]!["number"]!));
    }

    [Theory, OnEveryEngine]
    public async Task Who_fails_is_tried_again_and_given_up_at_last(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Broken);
        await using var house = await StartAsync(engine);
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        await house.HappenAsync("churn", 1);

        var dead = Assert.Single(await house.OverAsync(hook, 1));
        Assert.Equal((DeliveryState.Dead, 3), (dead.State, dead.AttemptsCount));
        Assert.Equal(["1", "2", "3"], receiver.Requests.Select(request => HeaderOf(request, "Weighhouse-Attempt")));
        Assert.Single(receiver.Requests.Select(request => HeaderOf(request, "Weighhouse-Delivery")).Distinct());
        var attempts = await house.AttemptsAsync(hook, dead);
        Assert.All(attempts, attempt => Assert.Equal(
            (503, "The receiver answered 503.", "busy"), (attempt.Status, attempt.Error, attempt.Answer)));
        Assert.True(attempts[1].AtMs - attempts[0].AtMs >= 20 && attempts[2].AtMs - attempts[1].AtMs >= 40, string.Join(' ', attempts));
    }

    [Theory, OnEveryEngine]
    public async Task What_died_is_told_again_when_somebody_asks(DatabaseEngine engine)
    {
        var isBroken = true;
        await using var receiver = new Receiver((stream, cancellation) =>
            stream.WriteAsync(Encoding.ASCII.GetBytes(Volatile.Read(ref isBroken) ? Broken : Ok), cancellation).AsTask());
        await using var house = await StartAsync(engine, options => options with { RetryDelays = [] });
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        for (var number = 1; number <= 3; number++) await house.HappenAsync("churn", number);
        var dead = await house.OverAsync(hook, 3);
        Assert.All(dead, delivery => Assert.Equal(DeliveryState.Dead, delivery.State));
        Volatile.Write(ref isBroken, false);

        var again = (await house.Hooks.ReplayAsync(Admin, hook.Id, dead[1].Id, Cancellation)).Value;
        Assert.NotEqual(dead[1].Id, again.Id);
        await house.OverAsync(hook, 4);
        // The second one is told already.
        Assert.Equal(new Replayed(2, false), (await house.Hooks.ReplayDeadAsync(Admin, hook.Id, 0, Cancellation)).Value);
        var over = await house.OverAsync(hook, 6);
        Assert.Equal(["2", "1", "3"], receiver.Requests.TakeLast(3).Select(NumberOf));
        Assert.All(over.TakeLast(3), delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.Equal(new Replayed(0, false), (await house.Hooks.ReplayDeadAsync(Admin, hook.Id, 0, Cancellation)).Value);
        Assert.Equal(
            [$$"""{"delivery":"{{dead[1].Id}}"}""", """{"dead":2}""", """{"dead":0}"""],
            house.Audit.Entries.Where(entry => entry.Action is "hook.replay" && entry.Subject == $"hook:{hook.Id}")
                .Select(entry => entry.After));
    }

    [Theory, OnEveryEngine]
    public async Task Telling_again_goes_on_where_it_ended_and_ends_where_enough_wait(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Broken);
        await using var house = await StartAsync(engine, options => options with { RetryDelays = [], PageMax = 2, WaitingMax = 5 });
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        for (var number = 1; number <= 5; number++) await house.HappenAsync("churn", number);
        var all = await house.OverAsync(hook, 5);

        // Nothing is delivered while it is off: what is told again waits.
        Assert.Null((await house.Hooks.ChangeAsync(Admin, hook.Id, new HookChange(IsActive: false), Cancellation)).Error);
        async Task<Result<Replayed>> AgainAsync() => await house.Hooks.ReplayDeadAsync(Admin, hook.Id, 0, Cancellation);
        Assert.Equal(new Replayed(2, true), (await AgainAsync()).Value);
        Assert.Equal(new Replayed(2, true), (await AgainAsync()).Value);
        Assert.Null((await house.Hooks.TestAsync(Admin, hook.Id, Cancellation)).Error);
        foreach (var refused in new[]
        {
            (await AgainAsync()).Error, (await house.Hooks.TestAsync(Admin, hook.Id, Cancellation)).Error,
            (await house.Hooks.ReplayAsync(Admin, hook.Id, all[0].Id, Cancellation)).Error,
        })
            Assert.Equal(
                (ErrorCode.LimitExceeded, "5 deliveries wait for the hook; the limit is 5. Wait until they are delivered or dead."),
                (refused!.Code, refused.Message));

        Assert.Null((await house.Hooks.ChangeAsync(Admin, hook.Id, new HookChange(IsActive: true), Cancellation)).Error);
        while (receiver.Requests.Count < 10) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        Assert.Equal(["1", "2", "3", "4", "5", "1", "2", "3", "4"], receiver.Requests.Where(IsNumbered).Select(NumberOf));
    }

    [Theory, OnEveryEngine]
    public async Task Receivers_that_hang_do_not_keep_the_server_from_its_other_work(DatabaseEngine engine)
    {
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new Receiver(async (stream, cancellation) =>
        {
            await answers.Task.WaitAsync(cancellation);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Ok), cancellation);
        });
        await using var house = await StartAsync(
            engine, egress: new EgressOptions { AllowedPrivate = ["127.0.0.0/8"], CallTimeMax = TimeSpan.FromMinutes(10) });
        // As many as there are places for jobs.
        var hooks = new List<Hook>();
        for (var number = 1; number <= 4; number++) hooks.Add(await house.HookAsync(receiver, $"hook {number}"));
        await house.RunAsync();
        await house.HappenAsync("churn", 1);
        while (receiver.Connections < 2) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);

        await house.HappenAsync("churn", 2);
        while ((await house.Hooks.ListDeliveriesAsync(Admin, hooks[0].Id, new PageRequest(10), Cancellation)).Value.Items.Count < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);

        Assert.Equal(2, receiver.Connections);
        answers.SetResult();
        foreach (var hook in hooks)
            Assert.All(await house.OverAsync(hook, 2), delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
    }

    [Theory, OnEveryEngine]
    public async Task Who_says_that_it_will_never_take_it_is_not_asked_again(DatabaseEngine engine)
    {
        foreach (var status in new[] { 400, 410, 413 })
        {
            await using var receiver = new Receiver($"HTTP/1.1 {status} Never\r\nContent-Length: 0\r\n\r\n");
            await using var house = await StartAsync(engine, options => options with { RetryDelays = [TimeSpan.Zero, TimeSpan.Zero] });
            var hook = await house.HookAsync(receiver);
            await house.RunAsync();
            await house.HappenAsync("churn", 1);
            var dead = Assert.Single(await house.OverAsync(hook, 1));
            Assert.Equal((DeliveryState.Dead, 1, 1), (dead.State, dead.AttemptsCount, receiver.Requests.Count));
        }
    }

    [Theory, OnEveryEngine]
    public async Task What_the_server_itself_refuses_is_tried_once(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(
            engine, options => options with { RetryDelays = [TimeSpan.Zero, TimeSpan.Zero] },
            new EgressOptions { AllowedPrivate = ["127.0.0.0/8"], BodyBytesMax = 100 });
        var hook = await house.HookAsync(receiver);
        await house.RunAsync();
        await house.HappenAsync("churn", 1);
        var dead = Assert.Single(await house.OverAsync(hook, 1));
        Assert.Equal((DeliveryState.Dead, 1, 0), (dead.State, dead.AttemptsCount, receiver.Connections));
        Assert.Contains("the limit is 100", Assert.Single(await house.AttemptsAsync(hook, dead)).Error, StringComparison.Ordinal);
    }

    [Theory, OnEveryEngine]
    public async Task One_subject_goes_in_order_and_another_does_not_wait_for_it(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(async (stream, cancellation) => await stream.WriteAsync("x"u8.ToArray(), cancellation));
        await using var house = await StartAsync(engine, options => options with { RetryDelays = [TimeSpan.FromHours(1)] });
        var hook = await house.HookAsync(receiver);
        for (var number = 1; number <= 3; number++) await house.HappenAsync("stuck", number);
        for (var number = 4; number <= 5; number++) await house.HappenAsync("other", number);
        await house.RunAsync();
        while (receiver.Requests.Count < 2) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);

        // The first of each was tried and waits for an hour, and nothing comes before its turn.
        Assert.Equal(["1", "4"], receiver.Requests.Select(NumberOf));
        var waiting = (await house.Hooks.ListDeliveriesAsync(Admin, hook.Id, new PageRequest(10), Cancellation)).Value.Items;
        Assert.All(waiting, delivery => Assert.Equal(DeliveryState.Waiting, delivery.State));
    }

    [Theory, OnEveryEngine]
    public async Task What_happened_before_a_crash_is_told_after_it(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine);
        var hook = await house.HookAsync(receiver);
        // Nothing runs in the background: the process ends between the fact and its telling.
        for (var number = 1; number <= 20; number++) await house.HappenAsync("churn", number);
        await house.Database.CloseAsync();
        await house.Database.OpenAsync();
        await house.RunAsync();

        await house.OverAsync(hook, 20);
        Assert.Equal(Enumerable.Range(1, 20).Select(number => $"{number}"), receiver.Requests.Select(NumberOf));
    }

    [Theory, OnEveryEngine]
    public async Task A_hook_is_told_what_it_asks_for(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine);
        var hook = (await house.Hooks.CreateAsync(
            Admin, New(Url(receiver)) with { Types = ["version.*", "model.delete"], SubjectKind = "model", SubjectName = "churn" },
            Cancellation)).Value;
        await house.HappenAsync("churn", 1, type: "version.create");
        await house.HappenAsync("other", 2, type: "version.create");
        await house.HappenAsync("churn", 3, type: "model.create");
        await house.HappenAsync("churn", 4, type: "version.create", project: "secret");
        await house.HappenAsync("churn", 5, type: "model.delete");
        await house.HappenAsync("churn", 6, type: "version.tag.set");
        await house.RunAsync();
        await house.OverAsync(hook, 3);
        Assert.Equal(["1", "5", "6"], receiver.Requests.Select(NumberOf));
    }

    [Theory, OnEveryEngine]
    public async Task More_than_may_wait_is_dead_at_once(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine, options => options with { WaitingMax = 2 });
        var hook = await house.HookAsync(receiver);
        for (var number = 1; number <= 4; number++) await house.HappenAsync("churn", number);
        await house.RunAsync();
        Assert.Equal(
            [DeliveryState.Delivered, DeliveryState.Delivered, DeliveryState.Dead, DeliveryState.Dead],
            (await house.OverAsync(hook, 4)).Select(delivery => delivery.State));
    }

    [Theory, OnEveryEngine]
    public async Task What_is_not_allowed_any_more_is_not_called(DatabaseEngine engine)
    {
        await using var receiver = new Receiver(Ok);
        await using var house = await StartAsync(engine, egress: new EgressOptions { AllowedPrivate = ["hooks.internal"] });
        var refused = await house.Hooks.CreateAsync(Admin, New(Url(receiver)), Cancellation);
        Assert.Equal("url", refused.Error!.Field);
        // By its name it may be private; that the name leads nowhere is known only when it is called.
        var hook = (await house.Hooks.CreateAsync(Admin, New($"http://hooks.internal:{receiver.Port}/"), Cancellation)).Value;
        await house.RunAsync();
        var test = (await house.Hooks.TestAsync(Admin, hook.Id, Cancellation)).Value;
        Assert.Equal("test", test.Type);
        var dead = Assert.Single(await house.OverAsync(hook, 1));
        Assert.Equal((DeliveryState.Dead, 0), (dead.State, receiver.Connections));
        Assert.All(await house.AttemptsAsync(hook, dead), attempt => Assert.Equal("hooks.internal cannot be reached.", attempt.Error));
    }

    private static string BodyOf(string request) => request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private static string NumberOf(string request) => (string)JsonNode.Parse(BodyOf(request))!["data"]!["number"]!;

    private static bool IsNumbered(string request) => JsonNode.Parse(BodyOf(request))!["data"]!["number"] is not null;

    private static string HeaderOf(string request, string name) =>
        request.Split("\r\n").Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

    [GeneratedRegex("^t=(?<time>[0-9]+),v1=(?<hash>[0-9a-f]{64})$", RegexOptions.ExplicitCapture)]
    private static partial Regex SignatureParts();
}
