using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Versioning.Remotes.RemoteHouse;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>kill -9 of the server while it is pushed to: what it acknowledged is there, whole, and the second push finishes.</summary>
public sealed class PushKillTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int FileBytes = 12_000_000;

    /// <summary>Continuous integration has the minutes for fifty kills.</summary>
    public static TheoryData<int> Rounds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("CI") is null ? 1 : 5)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task No_acknowledged_push_is_lost_and_the_next_one_finishes(int round)
    {
        var first = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={first}");
        var random = new Random(first + (1_000 * round));
        using var folder = new TemporaryFolder();
        using var client = new WorkspaceHouse();
        var acknowledged = new List<Digest>();
        var cut = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServeAsync(folder);
            await PointAsync(client, server.Url);
            if (acknowledged.Count > 0) await CheckAsync(server.Url, acknowledged[^1]);
            // What the last kill cut is finished by the second push.
            if (kill > 0) await client.PushAsync();
            if (kill > 0) acknowledged.Add((await client.StatusAsync()).Commit!.Value);
            client.Fill($"file{kill % 4}", FileBytes);
            client.Write("small", $"{kill}");
            var commit = (await client.CommitAsync($"commit {kill}")).Commit!.Value;
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var pushing = client.Workspace.PushAsync(
                new PushRequest(null, [], false, false), new WorkProgress(), giveUp.Token).AsTask();
            // The moment is the point of this test: nothing is waited for.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(600)), TimeProvider.System, Cancellation);
            await server.KillAsync();
            giveUp.CancelAfter(TimeSpan.FromMilliseconds(200));
            if (await IsAcknowledgedAsync(pushing)) acknowledged.Add(commit);
            else cut++;
        }

        await using var last = await ServeAsync(folder);
        await PointAsync(client, last.Url);
        await client.PushAsync();
        await CheckAsync(last.Url, acknowledged[^1]);
        using var seen = await SeenFromElsewhereAsync(last.Url);
        Assert.Equal(FolderPicture.Of(client.Root), FolderPicture.Of(seen.Root));
        foreach (var commit in acknowledged) WorkspaceHouse.Ok(await seen.Workspace.ShowAsync(commit.ToString(), Cancellation));
        output.WriteLine($"{cut} of {Kills} pushes were cut; {acknowledged.Count} acknowledged commits are there");
        Assert.True(cut > 0, "No kill came during a push: the test tests nothing on this machine.");
    }

    private static async Task<bool> IsAcknowledgedAsync(Task<Result<RemoteOutcome>> pushing)
    {
        try
        {
            return !(await pushing).IsFailure;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A server that starts again has another port.</summary>
    private static async Task PointAsync(WorkspaceHouse client, Uri server)
    {
        await client.Workspace.ChangeRemoteAsync("origin", null, Cancellation);
        await client.FollowAsync(server);
    }

    private static async Task CheckAsync(Uri server, Digest acknowledged)
    {
        using var http = new HttpClient { BaseAddress = server };
        var report = await http.PostAsync($"/api/v1/repositories/{Name}/check?data=true", null, Cancellation);
        Assert.Contains("\"damages\":[]", await report.Content.ReadAsStringAsync(Cancellation));
        var commit = await http.GetAsync($"/api/v1/repositories/{Name}/commits/{acknowledged}", Cancellation);
        Assert.True(commit.IsSuccessStatusCode, $"{acknowledged}: {(int)commit.StatusCode}");
    }
}
