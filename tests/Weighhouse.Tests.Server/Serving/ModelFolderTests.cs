using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Serving.Deployments;
using Weighhouse.Serving.Fleet;
using Weighhouse.Serving.Routing;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Serving;

public sealed class ModelFolderTests
{
    [Theory]
    [OnEveryEngine("byte", "model.onnx")]
    [OnEveryEngine("length", "model.onnx")]
    [OnEveryEngine("missing", "model.onnx")]
    [OnEveryEngine("link", "model.onnx")]
    [OnEveryEngine("added", "weights.bin")]
    public async Task A_placed_file_that_was_changed_is_refused_by_name_and_placed_anew_by_the_next_load(
        DatabaseEngine engine, string change, string named)
    {
        // A retry would place the files anew between two lines of this test, if the machine were slow enough.
        await using var house = await ServingHouse.StartAsync(engine, static options => options with { LoadRetriesMax = 0 });
        await house.AddVersionAsync("m", 3);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Assert.Equal((1, 3f), Got(await house.AskAsync(new ServingTarget("d"))));
        Got(await house.Served.UnloadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Change(Assert.Single(Directory.GetDirectories(house.PlacedFolder)), change);

        var refused = await house.Served.LoadAsync(Principal.Local, "d", ServingHouse.Cancellation);
        Assert.Equal((ErrorCode.Corrupted, named), (refused.Error?.Code, refused.Error?.Field));
        Assert.Contains($"'{named}'", refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.Unavailable, (await house.AskAsync(new ServingTarget("d"))).Error?.Code);
        Assert.Contains(".refused-", Assert.Single(Directory.GetDirectories(house.PlacedFolder)), StringComparison.Ordinal);

        Got(await house.Served.LoadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Assert.Equal((1, 3f), Got(await house.AskAsync(new ServingTarget("d"))));
    }

    [Theory, OnEveryEngine]
    public async Task What_fails_after_a_load_was_asked_for_is_its_answer_however_late_failures_are_forgiven(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine, static options => options with { LoadRetriesMax = 0 });
        await house.AddVersionAsync("m", 3);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Got(await house.Served.UnloadAsync(Principal.Local, "d", ServingHouse.Cancellation));
        Change(Assert.Single(Directory.GetDirectories(house.PlacedFolder)), "byte");
        var fleet = house.Get<ServingFleet>();
        var asked = Got(await house.Get<DeploymentService>().SetLoadedAsync(Principal.Local, "d", true, ServingHouse.Cancellation));
        Assert.Equal(ErrorCode.Corrupted, (await SettledAsync(asked.Revision))?.Problem?.Code);

        fleet.Forgive("d", asked.Revision);
        fleet.Wake();
        Assert.Equal(ErrorCode.Corrupted, (await SettledAsync(asked.Revision))?.Problem?.Code);

        fleet.Forgive("d", asked.Revision + 1);
        fleet.Wake();
        Assert.Null((await SettledAsync(asked.Revision))?.Problem);

        Task<ServedDeployment?> SettledAsync(long revision) => fleet.SettledAsync("d", revision, ServingHouse.Cancellation);
    }

    [Theory, OnEveryEngine]
    public async Task A_folder_that_others_may_write_to_is_taken_from_them(DatabaseEngine engine)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights of folders are those of Unix.");
            return;
        }

        const UnixFileMode Open = (UnixFileMode)0b111_111_111;
        await using var house = await ServingHouse.StartAsync(engine);
        await house.AddVersionAsync("m", 3);
        Directory.CreateDirectory(house.PlacedFolder);
        File.SetUnixFileMode(house.PlacedFolder, Open);
        await house.DeployAsync("d", new DeploymentRoute("m"));
        Assert.Equal((1, 3f), Got(await house.AskAsync(new ServingTarget("d"))));
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(OwnerOnly, new DirectoryInfo(house.PlacedFolder).UnixFileMode);
        Assert.Equal(OwnerOnly, new DirectoryInfo(Assert.Single(Directory.GetDirectories(house.PlacedFolder))).UnixFileMode);
    }

    [Theory, OnEveryEngine]
    public async Task Room_is_made_of_what_nobody_has_loaded(DatabaseEngine engine)
    {
        await using var house = await ServingHouse.StartAsync(engine, options => options with { PlacedBytesMax = 1 });
        for (var number = 1; number <= 4; number++) await house.AddVersionAsync($"m{number}", number);
        await house.AddVersionAsync("broken", "no model"u8.ToArray());
        await house.DeployAsync("d1", new DeploymentRoute("m1"));
        var first = Assert.Single(Directory.GetDirectories(house.PlacedFolder));
        await house.DeployAsync("d2", new DeploymentRoute("m2"));
        Assert.Equal(2, Directory.GetDirectories(house.PlacedFolder).Length);

        // What cannot be loaded holds nothing.
        await house.DeployAsync("d3", new DeploymentRoute("broken"));
        Assert.Equal(3, Directory.GetDirectories(house.PlacedFolder).Length);
        await house.DeployAsync("d4", new DeploymentRoute("m3"));
        Assert.Equal(3, Directory.GetDirectories(house.PlacedFolder).Length);
        Assert.True(Directory.Exists(first));

        var loaded = Assert.Single(house.Get<ServingFleet>().Table.All, deployment => deployment.Name == "d1").Routes[0].Version;
        Got(await house.Served.UnloadAsync(Principal.Local, "d1", ServingHouse.Cancellation));
        await loaded.Closed.WaitAsync(ServingHouse.Cancellation);
        await house.DeployAsync("d5", new DeploymentRoute("m4"));
        Assert.False(Directory.Exists(first));
        Assert.Equal((1, 2f), Got(await house.AskAsync(new ServingTarget("d2"))));
    }

    private static void Change(string folder, string change)
    {
        var path = Path.Combine(folder, "model.onnx");
        var content = File.ReadAllBytes(path);
        if (change is "added")
        {
            File.WriteAllBytes(Path.Combine(folder, "weights.bin"), [1]);
            return;
        }

        File.Delete(path);
        if (change is "missing") return;
        if (change is "link")
        {
            File.WriteAllBytes(folder + ".elsewhere", content);
            File.CreateSymbolicLink(path, folder + ".elsewhere");
            return;
        }

        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, change is "length" ? content[..^1] : content);
    }
}
