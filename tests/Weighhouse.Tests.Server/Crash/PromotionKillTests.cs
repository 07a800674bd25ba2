using System.Net.Http.Json;
using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Crash;

/// <summary>The real server, killed in the middle of promotions and rollbacks: rows, refs and history agree afterwards.</summary>
public sealed class PromotionKillTests(ITestOutputHelper output)
{
    private const int Versions = 6;
    private const int Workers = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite, 20, 300)]
    [InlineData(DatabaseEngine.PostgreSql, 6, 1_000)]
    public async Task Rows_refs_and_history_agree_after_kills_in_the_middle_of_promotions(DatabaseEngine engine, int kills, int loadMsMax)
    {
        var seed = TestSeed.Next() & 0xFFFF;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        string[] options = engine is DatabaseEngine.PostgreSql
            ? ["--database", await (await PostgresServer.GetAsync()).CreateDatabaseAsync()]
            : [];
        var moves = 0;
        for (var kill = 0; kill <= kills; kill++)
        {
            await using var server = await WeighProcess.StartAsync(folder["data"], null, options);
            using var client = new HttpClient { BaseAddress = server.Url };
            if (kill == 0) await PrepareAsync(client);
            await VerifyAsync(client);
            if (kill == kills) break;
            var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var running = Enumerable.Range(0, Workers)
                .Select(worker => new Random((seed * 1_000) + (kill * Workers) + worker))
                .Select(chance => Task.Run(() => MoveAsync(client, chance, moved))).ToArray();
            await moved.Task.WaitAsync(Cancellation);
            // The moment is the point of this test: nothing is waited for.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(loadMsMax)), TimeProvider.System);
            await server.KillAsync();
            moves += (await Task.WhenAll(running)).Sum();
        }

        output.WriteLine($"{moves} acknowledged moves, {kills} kills");
        Assert.True(moves >= kills, "Hardly anything was moved: the kills met nothing.");
    }

    private static async Task PrepareAsync(HttpClient client)
    {
        (await client.PostAsJsonAsync("/api/v1/models", new { name = "m" }, Cancellation)).EnsureSuccessStatusCode();
        for (var version = 1; version <= Versions; version++)
        {
            (await client.PostAsJsonAsync("/api/v1/models/m/versions", new { source = "s3://b/m" }, Cancellation))
                .EnsureSuccessStatusCode();
        }
    }

    /// <summary>Promotes, takes back and points aliases until the server dies. Returns how often it said that it had.</summary>
    private static async Task<int> MoveAsync(HttpClient client, Random random, TaskCompletionSource moved)
    {
        var done = 0;
        while (true)
        {
            try
            {
                var version = random.Next(Versions) + 1;
                using var answer = random.Next(6) switch
                {
                    0 => await client.PostAsync("/api/v1/models/m/stages/Production/rollback", null, Cancellation),
                    1 => await client.PutAsJsonAsync("/api/v1/models/m/aliases/champion", new { version }, Cancellation),
                    2 => await StageAsync(client, version, "Staging"),
                    _ => await StageAsync(client, version, "Production"),
                };
                // There may be nothing left to take back.
                if (!answer.IsSuccessStatusCode) continue;
                done++;
                moved.TrySetResult();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return done;
            }
        }
    }

    private static Task<HttpResponseMessage> StageAsync(HttpClient client, int version, string stage) =>
        client.PostAsJsonAsync($"/api/v1/models/m/versions/{version}/stage", new { stage, archiveOthers = true }, Cancellation);

    private static async Task VerifyAsync(HttpClient client)
    {
        var model = await GetAsync(client, "/api/v1/models/m/versions?page_size=100");
        var rows = model.GetProperty("versions").EnumerateArray()
            .Select(static version => (
                Version: version.GetProperty("version").GetInt64(), Stage: version.GetProperty("stage").GetString()!,
                Aliases: version.GetProperty("aliases").EnumerateArray().Select(static alias => alias.GetString()!).ToArray(),
                Commit: version.GetProperty("commit").GetString()!))
            .OrderBy(static version => version.Version).ToArray();
        Assert.Equal(Versions, rows.Length);
        Assert.True(rows.Count(static row => row.Stage is "Production") <= 1, "two versions are in a stage that each took over alone");

        var refs = (await GetAsync(client, "/repos/m-model/refs?prefix=")).GetProperty("refs").EnumerateArray()
            .Select(static found => (Name: found.GetProperty("name").GetString()!, Commit: found.GetProperty("commit").GetString()!))
            .Where(static found => !found.Name.StartsWith("heads/", StringComparison.Ordinal));
        var expected = rows.Select(static row => (Name: $"tags/v{row.Version}", row.Commit))
            .Concat(rows.Where(static row => row.Stage is not "None")
                .Select(static row => ($"stages/{row.Stage}/v{row.Version}", row.Commit)))
            .Concat(rows.SelectMany(static row => row.Aliases.Select(alias => ($"aliases/{alias}", row.Commit))));
        Assert.Equal(expected.Order(), refs.Order());

        // Later than whatever a clock of the killed server may have said.
        var past = await GetAsync(client, "/api/v1/models/m?at=9000-01-01T00:00Z");
        var folded = past.GetProperty("versions").EnumerateArray()
            .Select(static version => (version.GetProperty("version").GetInt64(), version.GetProperty("stage").GetString()!));
        Assert.Equal(rows.Select(static row => (row.Version, row.Stage)), folded.Order());
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) =>
        JsonDocument.Parse(await client.GetStringAsync(path, Cancellation)).RootElement;
}
