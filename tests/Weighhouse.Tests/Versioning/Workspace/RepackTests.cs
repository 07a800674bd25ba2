using Weighhouse.Blobs;
using Weighhouse.Tests.Blobs.Repack;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class RepackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Versions_of_a_model_on_several_branches_take_little_room_and_come_back_byte_by_byte()
    {
        using var house = new WorkspaceHouse();
        var versions = ModelFiles.Versions(new Random(1), 5, "BF16", 200_001);
        var contents = new Dictionary<string, byte[]>();
        await CommitAsync(versions[0]);
        await CommitAsync(versions[1]);
        await house.CreateBranchAsync("side");
        await CommitAsync(versions[2]);
        await house.SwitchAsync("main");
        await CommitAsync(versions[3]);
        await CommitAsync(versions[4]);

        var preview = await RepackAsync(preview: true);
        var report = await RepackAsync();
        Assert.Equal(preview, report);
        Assert.Equal((5, 4 * 2), (report.Files, report.ChunksWithBase));
        for (var step = 0; step < 3; step++)
            WorkspaceHouse.Ok(await house.Workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero, LiveShareMin: 1), Cancellation));

        var packs = new DirectoryInfo(house.Workspace.Records).EnumerateFiles("*.data", SearchOption.AllDirectories);
        var room = packs.Sum(static pack => pack.Length);
        Assert.InRange(room, versions[0].Length / 2, versions[0].Length * 3 / 2);
        foreach (var (commit, content) in contents)
        {
            await house.ExportAsync(commit, house.Beside(commit));
            var model = Path.Combine(house.Beside(commit), "models", "model.safetensors");
            Assert.Equal(content, await File.ReadAllBytesAsync(model, Cancellation));
        }

        Assert.True(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
        // Commits that were gone through are not looked at again.
        Assert.Equal(0, (await RepackAsync()).Files);

        async Task CommitAsync(byte[] content)
        {
            house.Write("models/card.md", $"the {contents.Count}th");
            await File.WriteAllBytesAsync(house["models/model.safetensors"], content, Cancellation);
            contents.Add((await house.CommitAsync("trained")).Commit.ToString()!, content);
        }

        async Task<RepackReport> RepackAsync(bool preview = false)
        {
            var progress = new WorkProgress();
            var repacked = WorkspaceHouse.Ok(await house.Workspace.RepackAsync(new RepackRequest(preview), progress, Cancellation));
            Assert.Equal((repacked.Files, repacked.ExaminedBytes), (progress.FilesDone, progress.BytesDone));
            return repacked;
        }
    }

    [Fact]
    public async Task A_broken_base_is_named_by_the_paths_that_lean_on_it()
    {
        using var house = new WorkspaceHouse();
        var versions = ModelFiles.Versions(new Random(2), 2, "F32", 100_001);
        await File.WriteAllBytesAsync(house["old"], versions[0], Cancellation);
        await house.CommitAsync("one");
        WorkspaceHouse.Ok(await house.Workspace.MoveAsync("old", "model", house.Root, false, Cancellation));
        await house.CommitAsync("two");
        await File.WriteAllBytesAsync(house["model"], versions[1], Cancellation);
        await house.CommitAsync("three");
        var report = WorkspaceHouse.Ok(await house.Workspace.RepackAsync(new RepackRequest(), new WorkProgress(), Cancellation));
        Assert.Equal(2, report.ChunksWithBase);

        Flip(Path.Combine(house.Workspace.Records, "objects"), versions[0].AsSpan(1_000, 64).ToArray());

        var check = WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation));
        Assert.Contains(check.Bytes, static damage => damage.Kind == DamageKind.BrokenBase);
        Assert.All(check.Named, static damage => Assert.Equal("model", damage.Path.Text));
        Assert.Contains(check.Named, named => check.Bytes.Any(damage => damage.Kind == DamageKind.BrokenBase && damage.Id == named.Id));
    }

    private static void Flip(string folder, byte[] needle)
    {
        foreach (var pack in Directory.GetFiles(folder, "*.data", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(pack);
            var at = bytes.AsSpan().IndexOf(needle);
            if (at < 0) continue;
            bytes[at] ^= 1;
            File.WriteAllBytes(pack, bytes);
            return;
        }

        Assert.Fail("the content is in no pack");
    }
}
