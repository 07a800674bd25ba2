using Weighhouse.Access;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;
using Weighhouse.Ledger;
using Weighhouse.Notices;
using Weighhouse.Registry;
using Weighhouse.Serving;
using Weighhouse.Settings;
using Weighhouse.Tracking;
using Weighhouse.Versioning;
using Weighhouse.Web;
using Weighhouse.Wire;

namespace Weighhouse;

/// <summary>The modules, in the order in which they depend on each other.</summary>
internal static class Modules
{
    public static void Add(IServiceCollection services, ServerSettings settings)
    {
        services.AddData(new DatabaseOptions { DataDirectory = settings.DataFolder, Url = settings.DatabaseUrl ?? "" });
        services.AddBlobs(new BlobsOptions
        {
            Folder = StorePlace.FolderOf(settings),
            RepackBytesPerSecondMax = settings.RepackMegabytesPerSecond * 1_000_000L,
        });
        if (settings.Store is { } store)
        {
            services.AddLedger();
            services.AddBucket(store);
        }

        services.AddAccess(
            new AccessSettings(settings.Listen, settings.SignInRequired, settings.HostNames, settings.AdminPassword),
            new AccessOptions { RequestsPerSecond = settings.RequestsPerSecond, RequestsBurst = 2 * settings.RequestsPerSecond });
        services.AddEgress(new EgressOptions { AllowedPrivate = settings.EgressAllow });
        services.AddNotices(new NoticesOptions { Folder = settings.DataFolder, SecretKey = settings.SecretKey });
        services.AddTracking();
        services.AddVersioning();
        services.AddRegistry();
        services.AddServing(new ServingOptions
        {
            Folder = Path.Combine(settings.DataFolder, "serving"), Python = settings.Python,
        });
        services.AddWire();
        services.AddWeb();
    }

    /// <summary>What must be true before the first request: the directory is ours, the schema is current, listening is allowed.</summary>
    public static async ValueTask<Result<Done>> PrepareAsync(
        IServiceProvider services, ServerSettings settings, CancellationToken cancellation)
    {
        var database = await services.GetRequiredService<IDatabaseStartup>().PrepareAsync(cancellation);
        if (database.IsFailure) return database;
        if (StorePlace.Refuse(settings) is { } moved) return moved;
        var blobs = services.PrepareBlobs();
        if (blobs.IsFailure) return blobs;
        return await services.GetRequiredService<IAccessDoor>().CheckListenerAsync(settings.Listen, cancellation);
    }

    public static void Use(WebApplication app)
    {
        app.UseWire();
        app.UseAccess();
        app.UseWeb();
    }

    public static void Map(WebApplication app)
    {
        app.MapAccess();
        app.MapNotices();
        app.MapTracking();
        app.MapVersioning();
        app.MapRegistry();
        app.MapServing();
        app.MapWire();
        app.MapWeb();
    }
}
