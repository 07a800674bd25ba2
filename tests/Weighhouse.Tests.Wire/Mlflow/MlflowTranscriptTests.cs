namespace Weighhouse.Tests.Wire.Mlflow;

public sealed class MlflowTranscriptTests(WireServer server) : IClassFixture<WireServer>
{
    private static readonly Dictionary<string, Scenario> Scenarios =
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Mlflow"), "*.transcript")
            .SelectMany(Transcript.Read)
            .ToDictionary(scenario => $"{scenario.File}: {scenario.Name}", StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Scenarios.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_server_answers_as_it_is_written(string scenario) => Player.PlayAsync(Scenarios[scenario], server.Client);
}
