using Weighhouse.Data;

namespace Weighhouse.Tests.Wire;

/// <summary>A protocol's transcripts. Those of its folder SignIn are played where everybody signs in, the others on loopback.</summary>
internal sealed class TranscriptFolder
{
    private const string SignInFolder = "SignIn";

    private readonly Dictionary<string, (Scenario Scenario, bool SignIn)> _scenarios;

    public TranscriptFolder(string name) => _scenarios =
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, name), "*.transcript", SearchOption.AllDirectories)
            .SelectMany(path => Transcript.Read(path)
                .Select(scenario => (scenario, Path.GetDirectoryName(path)!.EndsWith(SignInFolder))))
            .ToDictionary(found => $"{found.scenario.File}: {found.scenario.Name}", StringComparer.Ordinal);

    /// <summary>Every scenario on every engine.</summary>
    public TheoryData<DatabaseEngine, string> Names => new(
        from engine in Enum.GetValues<DatabaseEngine>()
        from name in _scenarios.Keys.Order(StringComparer.Ordinal)
        select (engine, name));

    public async Task PlayAsync(WireServers servers, DatabaseEngine engine, string scenario)
    {
        var (played, signIn) = _scenarios[scenario];
        await Player.PlayAsync(played, (await servers.GetAsync(engine, signIn)).Client);
    }
}
