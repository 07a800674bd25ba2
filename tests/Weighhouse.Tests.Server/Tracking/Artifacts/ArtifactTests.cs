using Weighhouse.Data;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Artifacts;

namespace Weighhouse.Tests.Server.Tracking.Artifacts;

public sealed class ArtifactTests
{
    [Theory, OnEveryEngine]
    public async Task A_file_is_put_read_replaced_and_deleted(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);

        await house.PutAsync("0/run/artifacts/model/MLmodel", "one");
        Assert.Equal("one", await house.ReadAsync("0/run/artifacts/model/MLmodel"));
        await house.PutAsync("0/run/artifacts/model/MLmodel", "two");
        await house.PutAsync("0/run/artifacts/模型 (1).txt", "three");
        Assert.Equal("two", await house.ReadAsync("0/run/artifacts/model/MLmodel"));
        Assert.Equal("three", await house.ReadAsync("0/run/artifacts/模型 (1).txt"));

        Assert.Equal(1, (await DeleteAsync(house, "0/run/artifacts/model/MLmodel")).Value);
        Assert.Equal(0, (await DeleteAsync(house, "0/run/artifacts/model/MLmodel")).Value);
        Assert.Equal(["0/run/artifacts/模型 (1).txt"], await house.ListAsync("0/run/artifacts"));
    }

    [Theory, OnEveryEngine]
    public async Task A_path_is_a_file_or_a_directory_and_never_both(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        await house.PutAsync("0/a/b", "file");

        Assert.Equal(ErrorCode.InvalidArgument, (await house.TryPutAsync("0/a/b/c", [1])).Error?.Code);
        Assert.Equal(ErrorCode.InvalidArgument, (await house.TryPutAsync("0/a", [1])).Error?.Code);
        Assert.Equal(ErrorCode.FailedPrecondition, (await FindAsync(house, "0/a")).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await FindAsync(house, "0/a/x")).Error?.Code);
        Assert.Null((await house.TryPutAsync("0/ab", [1])).Error);
        Assert.Equal(["0/a/b"], await house.ListAsync("0/a/b"));
        Assert.Empty(await house.ListAsync("0/absent"));
    }

    [Theory, OnEveryEngine]
    public async Task A_level_lists_what_it_holds_and_not_what_lies_below(DatabaseEngine engine)
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var random = new Random(seed);
            await using var house = await ArtifactsHouse.StartAsync(engine);
            var files = new HashSet<string>();
            for (var i = 0; i < 150; i++)
            {
                var depth = random.Next(1, 4);
                var path = "0" + string.Concat(Enumerable.Range(0, depth).Select(_ => "/" + "a- b.A0é"[random.Next(8)] + random.Next(3)));
                if ((await house.TryPutAsync(path, [1])).Error is null) files.Add(path);
            }

            // More than the walk reads at once, inside one directory.
            for (var i = 0; i < 300; i++) files.Add($"0/m/{i}");
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => house.PutAsync($"0/m/{i}", "x")));

            foreach (var directory in files.SelectMany(Above).Append("").Distinct())
            {
                var prefix = directory.Length == 0 ? "" : directory + "/";
                var expected = files.Where(file => file.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(file => file.IndexOf('/', prefix.Length) is var slash and >= 0 ? file[..(slash + 1)] : file).Distinct();
                var listed = await house.ListAsync(directory, random.Next(1, 20));
                var isSame = expected.Order(StringComparer.Ordinal).SequenceEqual(listed.Order(StringComparer.Ordinal));
                Assert.True(isSame, $"seed {seed}: '{directory}'");
            }
        }
    }

    [Theory, OnEveryEngine]
    public async Task Deleting_a_directory_takes_all_that_is_inside_and_nothing_beside(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        string[] paths = ["0/d/x", "0/d/e/y", "0/d/e/f/z", "0/d.txt", "0/d0", "0/d-/w", "0/e"];
        foreach (var path in paths) await house.PutAsync(path, path);

        Assert.Equal(3, (await DeleteAsync(house, "0/d")).Value);

        Assert.Equal(["0/d-/", "0/d.txt", "0/d0", "0/e"], (await house.ListAsync("0")).Order(StringComparer.Ordinal));
    }

    [Theory, OnEveryEngine]
    public async Task The_experiment_in_the_path_decides_who_may(DatabaseEngine engine)
    {
        await using var house = await ArtifactsHouse.StartAsync(engine);
        await house.PutAsync("0/a", "x");
        await house.PutAsync("999/a", "x");
        var mine = TrackingHouse.Contributor("default");
        var other = TrackingHouse.Contributor("other");
        var viewer = TrackingHouse.Viewer("default");

        Assert.Null((await house.TryPutAsync("0/b", [1], mine)).Error);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPutAsync("0/b", [1], viewer)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPutAsync("0/b", [1], other)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryPutAsync("999/b", [1], mine)).Error?.Code);
        Assert.Null((await FindAsync(house, "0/a", viewer)).Error);
        Assert.Equal(ErrorCode.PermissionDenied, (await FindAsync(house, "0/a", other)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await FindAsync(house, "999/a", viewer)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await DeleteAsync(house, "0/a", viewer)).Error?.Code);
    }

    [Theory, OnEveryEngine]
    public async Task Content_nobody_names_goes_after_its_grace_and_no_other(DatabaseEngine engine)
    {
        var time = new MovableTime();
        await using var house = await ArtifactsHouse.StartAsync(engine, time: time);
        await house.PutAsync("0/kept", "kept");
        await house.PutAsync("0/same", "kept");
        await house.PutAsync("0/gone", "gone");
        var big = ArtifactsHouse.At("0/big");
        var upload = (await house.Artifacts.BeginUploadAsync(Principal.Local, big, 2, ArtifactsHouse.Cancellation)).Value;
        Assert.Null((await house.TryPartAsync(upload, 1, "part"u8.ToArray())).Error);
        await DeleteAsync(house, "0/gone");
        await DeleteAsync(house, "0/same");

        Assert.Equal(CollectionPhase.Condemned, (await StepAsync(house)).Phase);
        time.Forward(TimeSpan.FromHours(25));
        Assert.Equal(CollectionPhase.Deleted, (await StepAsync(house)).Phase);
        Assert.Equal((CollectionPhase.Clean, 2L), await CountAsync(house));
        Assert.Equal("kept", await house.ReadAsync("0/kept"));
        // An upload nobody completes is given up after a week, and its parts with it.
        time.Forward(TimeSpan.FromDays(8));
        await house.Database.Get<AbandonedUploads>().ForgetAsync(ArtifactsHouse.Cancellation);
        Assert.Equal((CollectionPhase.Condemned, 1L), await CountAsync(house));
        Assert.Equal(ErrorCode.NotFound, (await house.TryPartAsync(upload, 2, [1])).Error?.Code);
        Assert.Equal("kept", await house.ReadAsync("0/kept"));
    }

    /// <summary>A step that condemns for the least dead byte: what a test stores is small.</summary>
    private static async Task<CollectionReport> StepAsync(ArtifactsHouse house)
    {
        var request = new CollectionRequest(TimeSpan.FromHours(24), LiveShareMin: 1);
        var step = await house.Database.Get<IObjectStore>().Care.CollectAsync(
            house.Database.Get<IEnumerable<ILiveObjects>>(), request, ArtifactsHouse.Cancellation);
        Assert.Null(step.Error);
        return step.Value;
    }

    private static async Task<(CollectionPhase Phase, long LiveObjects)> CountAsync(ArtifactsHouse house)
    {
        var report = await StepAsync(house);
        return (report.Phase, report.LiveObjects);
    }

    [Theory]
    [InlineData("mlflow-artifacts:/12/run/artifacts", "12/run/artifacts")]
    [InlineData("mlflow-artifacts:///12/run/artifacts/", "12/run/artifacts")]
    [InlineData("mlflow-artifacts://host:5000/12/run/artifacts", "12/run/artifacts")]
    [InlineData("mlflow-artifacts://host:5000", "")]
    [InlineData("mlflow-artifacts:/12/../13", null)]
    [InlineData("s3://bucket/12", null)]
    [InlineData("file:///etc/passwd", null)]
    public async Task An_artifact_URI_leads_to_its_path(string uri, string? path)
    {
        await using var house = await ArtifactsHouse.StartAsync(DatabaseEngine.Sqlite);

        var found = house.Artifacts.PathOf(uri);

        Assert.Equal(path, found.IsFailure ? null : found.Value.Text);
    }

    private static async Task<Result<ArtifactEntry>> FindAsync(ArtifactsHouse house, string path, Principal? caller = null) =>
        await house.Artifacts.FindAsync(caller ?? Principal.Local, ArtifactsHouse.At(path), ArtifactsHouse.Cancellation);

    private static async Task<Result<int>> DeleteAsync(ArtifactsHouse house, string path, Principal? caller = null) =>
        await house.Artifacts.DeleteAsync(caller ?? Principal.Local, ArtifactsHouse.At(path), ArtifactsHouse.Cancellation);

    private static IEnumerable<string> Above(string file)
    {
        for (var slash = file.IndexOf('/'); slash >= 0; slash = file.IndexOf('/', slash + 1)) yield return file[..slash];
    }

    /// <summary>The wall clock, set forward at will.</summary>
    private sealed class MovableTime : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

        public void Forward(TimeSpan time) => _ahead += time;
    }
}
