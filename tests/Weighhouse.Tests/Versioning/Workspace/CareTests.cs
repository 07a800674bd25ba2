using Weighhouse.Blobs;
using Weighhouse.Tests.Blobs;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

public sealed class CareTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flipped_bit_is_found_and_named_by_path()
    {
        using var house = new WorkspaceHouse();
        house.Write("data/good", new string('g', 40_000));
        house.Write("data/bad", "the quick brown fox");
        await house.CommitAsync("one");
        Assert.True(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
        Flip(Path.Combine(house.Workspace.Records, "objects"), "the quick brown fox"u8);
        var report = WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation));
        Assert.False(report.IsSound);
        Assert.Equal(["data/bad"], report.Named.Select(static damage => damage.Path.Text));
    }

    [Fact]
    public async Task A_collection_keeps_what_is_staged_and_what_the_folder_stands_on()
    {
        using var house = new WorkspaceHouse();
        house.Write("kept", "kept");
        var first = await house.CommitAsync("one");
        await house.SwitchAsync(first.Commit.ToString()!);
        house.Write("detached", "made on no branch");
        await house.CommitAsync("two");
        house.Write("staged", "only staged");
        await house.AddAsync("staged");
        // What was collected before the staging is no longer referred to by anything.
        for (var step = 0; step < 3; step++)
            WorkspaceHouse.Ok(await house.Workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero, LiveShareMin: 1), Cancellation));
        await house.CommitAsync("three");
        await house.ExportAsync("HEAD", house.Beside("out"));
        Assert.Equal(FolderPicture.Of(house.Root), FolderPicture.Of(house.Beside("out")));
        Assert.True(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
    }

    [Fact]
    public async Task A_collection_keeps_what_a_branch_has_that_the_folder_does_not_stand_on()
    {
        using var house = new WorkspaceHouse();
        house.Write("first", "first");
        await house.CommitAsync("one");
        await house.CreateBranchAsync("side");
        house.Write("aside", new string('a', 50_000));
        await house.CommitAsync("two");
        await house.SwitchAsync("main");
        for (var step = 0; step < 3; step++)
            WorkspaceHouse.Ok(await house.Workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero, LiveShareMin: 1), Cancellation));
        await house.SwitchAsync("side");
        Assert.Equal(new string('a', 50_000), await File.ReadAllTextAsync(house["aside"], Cancellation));
        Assert.True(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repair_brings_back_what_a_copy_or_the_folder_has(bool fromCopy)
    {
        using var house = new WorkspaceHouse();
        var (large, old) = (RandomContent.Bytes(1, 400_000), RandomContent.Bytes(2, 30_000));
        await File.WriteAllBytesAsync(house["large"], large, Cancellation);
        house.Write("small", "the quick brown fox");
        await File.WriteAllBytesAsync(house["old"], old, Cancellation);
        var first = await house.CommitAsync("one");
        File.Delete(house["old"]);
        await house.CommitAsync("two");
        CopyFolder(house.Root, house.Beside("copy"));
        Flip(Path.Combine(house.Workspace.Records, "objects"), "the quick brown fox"u8);
        Flip(Path.Combine(house.Workspace.Records, "objects"), large.AsSpan(200_000, 40));
        Flip(Path.Combine(house.Workspace.Records, "objects"), old.AsSpan(5_000, 40));
        // The folder no longer has this one, a copy does.
        if (fromCopy) house.Write("small", "something else");

        var repair = WorkspaceHouse.Ok(await house.Workspace.RepairAsync(fromCopy ? house.Beside("copy") : null, Cancellation));

        Assert.Equal(3, repair.Before.DamageCount);
        Assert.Equal((fromCopy ? 3 : 0, fromCopy ? 0 : 2), (repair.Fetched, repair.Refilled));
        Assert.Equal(fromCopy ? [] : ["old"], repair.After.Named.Select(static damage => damage.Path.Text));
        if (!fromCopy) return;
        for (var step = 0; step < 3; step++)
            WorkspaceHouse.Ok(await house.Workspace.CollectAsync(new CollectionRequest(TimeSpan.Zero), Cancellation));
        await house.ExportAsync(first.Commit.ToString()!, house.Beside("out"));
        Assert.Equal(old, await File.ReadAllBytesAsync(Path.Combine(house.Beside("out"), "old"), Cancellation));
        Assert.Equal(large, await File.ReadAllBytesAsync(Path.Combine(house.Beside("out"), "large"), Cancellation));
        Assert.True(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Data, Cancellation)).IsSound);
    }

    [Fact]
    public async Task A_repair_brings_back_a_whole_pack_of_folders_and_commits()
    {
        using var house = new WorkspaceHouse();
        for (var i = 0; i < 5; i++)
        {
            house.Write($"a/b{i}/c/file", $"content {i}");
            await house.CommitAsync($"commit {i}");
        }

        CopyFolder(house.Root, house.Beside("copy"));
        foreach (var pack in Directory.GetFiles(Path.Combine(house.Workspace.Records, "objects", "packs"))) File.Delete(pack);
        Assert.False(WorkspaceHouse.Ok(await house.Workspace.CheckAsync(CheckDepth.Presence, Cancellation)).IsSound);

        var repair = WorkspaceHouse.Ok(await house.Workspace.RepairAsync(house.Beside("copy"), Cancellation));

        Assert.True(repair.After.IsSound);
        await house.ExportAsync("HEAD", house.Beside("out"));
        Assert.Equal(FolderPicture.Of(house.Root), FolderPicture.Of(house.Beside("out")));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Fact]
    public async Task Room_is_told_apart_into_shared_and_own()
    {
        using var house = new WorkspaceHouse();
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(house["shared"], noise, Cancellation);
        await house.CommitAsync("one");
        WorkspaceHouse.Ok(await house.Workspace.SetRefAsync("tags/v1", "HEAD", false, Cancellation));
        new Random(2).NextBytes(noise);
        await File.WriteAllBytesAsync(house["new"], noise, Cancellation);
        await house.CommitAsync("two");
        var usage = WorkspaceHouse.Ok(await house.Workspace.UsageAsync([], Cancellation));
        Assert.Equal(["heads/main", "tags/v1"], usage.Versions.Select(static version => version.Name));
        Assert.Equal([400_000L, 200_000L], usage.Versions.Select(static version => version.SizeBytes));
        Assert.Equal([200_000L, 0L], usage.Versions.Select(static version => version.OwnBytes));
        Assert.Equal(400_000L, usage.StoredBytes);
    }

    private static void Flip(string folder, ReadOnlySpan<byte> content)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            var at = bytes.AsSpan().IndexOf(content);
            if (at < 0) continue;
            bytes[at] ^= 1;
            File.WriteAllBytes(file, bytes);
            return;
        }

        Assert.Fail("the content is in no pack as it stands");
    }
}
