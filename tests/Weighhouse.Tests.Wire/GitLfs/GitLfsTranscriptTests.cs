using Weighhouse.Data;

namespace Weighhouse.Tests.Wire.GitLfs;

public sealed class GitLfsTranscriptTests(WireServers servers) : IClassFixture<WireServers>
{
    private static readonly TranscriptFolder Folder = new("GitLfs");

    public static TheoryData<DatabaseEngine, string> Names => Folder.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_server_answers_as_it_is_written(DatabaseEngine engine, string scenario) =>
        Folder.PlayAsync(servers, engine, scenario);
}
