using Weighhouse.Tests.Rules.Endpoints;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>The reference is what the program says, word for word.</summary>
public class ReferenceTests
{
    [Fact]
    public void The_command_line_page_is_current() => ReferencePage.AssertCurrent("command-line.md", CommandLinePage.Write());

    [Fact]
    public void The_settings_page_is_current() => ReferencePage.AssertCurrent("settings.md", SettingsPage.Write());

    [Fact]
    public void The_signals_page_is_current() => ReferencePage.AssertCurrent("signals.md", SignalsPage.Write());

    [Fact]
    public void The_page_of_MLflow_compatibility_is_current() =>
        ReferencePage.AssertCurrent("mlflow-compatibility.md", MlflowCompatibilityPage.Write());

    [Fact]
    public void The_page_of_Git_LFS_compatibility_is_current() =>
        ReferencePage.AssertCurrent("git-lfs-compatibility.md", ContentDoorPages.WriteGitLfs());

    [Fact]
    public void The_page_of_DVC_compatibility_is_current() =>
        ReferencePage.AssertCurrent("dvc-compatibility.md", ContentDoorPages.WriteDvc());

    [Fact]
    public void The_page_of_gRPC_compatibility_is_current() =>
        ReferencePage.AssertCurrent("grpc-compatibility.md", GrpcPage.Write());

    [Fact]
    public async Task The_endpoints_page_is_current()
    {
        await using var app = MappedEndpoints.Build();
        ReferencePage.AssertCurrent("endpoints.md", EndpointsPage.Write(app));
    }
}
