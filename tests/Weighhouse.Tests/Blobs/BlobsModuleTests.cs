using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs;

public sealed class BlobsModuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_module_opens_its_store()
    {
        using var services = Services(new BlobsOptions { Folder = _folder["new/blobs"] });

        Assert.False(services.PrepareBlobs().IsFailure);
        Assert.IsType<PackedBlobStore>(services.GetRequiredService<IBlobStore>());
        Assert.True(File.Exists(_folder["new/blobs/format"]));
    }

    [Fact]
    public void Wrong_settings_are_named_all_at_once()
    {
        using var services = Services(new BlobsOptions { Folder = " ", FileSizeMaxBytes = 0, LargeUploadsMax = -1, PackTargetBytes = 5 });

        Assert.Equal(
            Error.Invalid(
                "Blobs: Folder is empty; name the folder the blobs shall lie in. FileSizeMaxBytes is 0; it must be at least 1 byte. "
                + "LargeUploadsMax is -1; it must be at least 1. PackTargetBytes is 5; it must be at least 1 MiB."),
            services.PrepareBlobs().Error);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_refused_before_the_first_request()
    {
        File.WriteAllText(_folder["something"], "");
        using var services = Services(new BlobsOptions { Folder = _folder.Path });

        Assert.Equal(ErrorCode.FailedPrecondition, services.PrepareBlobs().Error?.Code);
    }

    private static ServiceProvider Services(BlobsOptions options) => new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(IdGenerator.Secure)
        .AddBlobs(options)
        .BuildServiceProvider();
}
