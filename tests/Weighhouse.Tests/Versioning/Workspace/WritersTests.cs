using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>Working folders that push to one folder at once: each push lands, or says to pull.</summary>
public sealed class WritersTests(ITestOutputHelper output)
{
    private const int Writers = 8, CommitsEach = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_who_push_to_one_folder_land_or_hear_of_the_others_and_nothing_is_lost()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        using var remote = new WorkspaceHouse();
        remote.Write("shared", "at first");
        await remote.CommitAsync("first");
        var refusals = 0;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(seed + writer);
            using var house = new WorkspaceHouse();
            WorkspaceHouse.Ok(await house.Workspace.CloneAsync(remote.Root, null, [], new WorkProgress(), Cancellation));
            for (var i = 0; i < CommitsEach; i++)
            {
                house.Write($"of{writer}/{i}", $"{writer} {i} {random.Next()}");
                // All of them change this one: a pull has something to settle.
                if (random.Next(2) == 0) house.Write("shared", $"of {writer}, {random.Next()}");
                await house.CommitAsync($"{writer} {i}");
                while ((await house.Workspace.PushAsync(
                    new PushRequest(null, [], false, false), new WorkProgress(), Cancellation)).Error is { } refusal)
                {
                    Assert.True(refusal.Code is ErrorCode.FailedPrecondition or ErrorCode.Conflict, refusal.ToString());
                    Interlocked.Increment(ref refusals);
                    var pulled = await house.Workspace.PullAsync(
                        null, new MergeStrategy(MergeChoice.Ours), new WorkProgress(), Cancellation);
                    if (pulled.Error is { Code: not (ErrorCode.FailedPrecondition or ErrorCode.Conflict) } bad) Assert.Fail(bad.ToString());
                    if (!pulled.IsFailure) Assert.NotEqual(MergeResultKind.Conflicts, pulled.Value.Kind);
                }
            }
        })));

        output.WriteLine($"{refusals} pushes heard that somebody was quicker");
        await remote.SwitchAsync("main", force: true);
        var log = WorkspaceHouse.Ok(await remote.Workspace.LogAsync(
            new WorkspaceLogQuery("HEAD", null, null, remote.Root, false, 1_000, null), Cancellation));
        var messages = log.Items.Select(static commit => commit.Commit.Message).ToList();
        for (var writer = 0; writer < Writers; writer++)
        {
            for (var i = 0; i < CommitsEach; i++)
            {
                Assert.Single(messages, message => message == $"{writer} {i}");
                var content = await File.ReadAllTextAsync(remote[$"of{writer}/{i}"], Cancellation);
                Assert.StartsWith($"{writer} {i} ", content, StringComparison.Ordinal);
            }
        }

        Assert.True(WorkspaceHouse.Ok(await remote.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
    }
}
