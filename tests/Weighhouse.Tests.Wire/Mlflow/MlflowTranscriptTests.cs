using Weighhouse.Data;

namespace Weighhouse.Tests.Wire.Mlflow;

public sealed class MlflowTranscriptTests(WireServers servers) : IClassFixture<WireServers>
{
    private static readonly TranscriptFolder Folder = new("Mlflow");

    public static TheoryData<DatabaseEngine, string> Names => Folder.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_server_answers_as_it_is_written(DatabaseEngine engine, string scenario) =>
        Folder.PlayAsync(servers, engine, scenario);
}
