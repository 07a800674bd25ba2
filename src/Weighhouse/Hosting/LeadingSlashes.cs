namespace Weighhouse.Hosting;

/// <summary>
/// An address that ends in a slash, put before a path that begins with one, makes clients ask for "//version". MLflow's server takes
/// the two for one, and so does this one. Slashes further on stay: there they may be part of a name.
/// </summary>
internal static class LeadingSlashes
{
    public static void UseOneLeadingSlash(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.Request.Path.Value is ['/', '/', ..] path) context.Request.Path = "/" + path.TrimStart('/');
        return next(context);
    });
}
