using Weighhouse.Data;

namespace Weighhouse.Tests.Wire.Mlflow;

/// <summary>Each transcript on SQLite and PostgreSQL; of the folder SignIn where everybody signs in, the others on loopback.</summary>
public sealed class MlflowTranscriptTests(WireServers servers) : IClassFixture<WireServers>
{
    private const string SignInFolder = "SignIn";

    private static readonly Dictionary<string, (Scenario Scenario, bool SignIn)> Scenarios =
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Mlflow"), "*.transcript", SearchOption.AllDirectories)
            .SelectMany(path => Transcript.Read(path).Select(scenario => (scenario, Path.GetDirectoryName(path)!.EndsWith(SignInFolder))))
            .ToDictionary(found => $"{found.scenario.File}: {found.scenario.Name}", StringComparer.Ordinal);

    public static TheoryData<DatabaseEngine, string> Names => new(
        from engine in Enum.GetValues<DatabaseEngine>()
        from name in Scenarios.Keys.Order(StringComparer.Ordinal)
        select (engine, name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_server_answers_as_it_is_written(DatabaseEngine engine, string scenario)
    {
        var (played, signIn) = Scenarios[scenario];
        await Player.PlayAsync(played, (await servers.GetAsync(engine, signIn)).Client);
    }
}
