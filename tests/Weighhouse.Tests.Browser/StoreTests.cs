namespace Weighhouse.Tests.Browser;

public class StoreTests(BrowserServer server)
{
    [Fact]
    public async Task The_store_is_measured_previewed_collected_and_checked_without_scripts()
    {
        await using var visit = await server.VisitAsync(new Look(HasScripts: false));
        await visit.GoAsync("/repositories");
        await visit[".tabs a:has-text('Store')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("Store");

        await visit["button:has-text('Measure')"].ClickAsync();
        await visit.Expect(".toast").ToContainTextAsync("Measured.");
        await visit.Expect("tbody th a:text-is('digits')").ToBeVisibleAsync();
        await visit["button:has-text('Preview')"].ClickAsync();
        await visit.Expect(".banner").ToContainTextAsync("A step now would");
        await visit["button:has-text('Collect')"].ClickAsync();
        await visit.Expect(".toast").ToHaveCountAsync(1);
        await visit["input[name=data]"].CheckAsync();
        await visit["button:has-text('Check now')"].ClickAsync();

        await visit.Expect("h2:has-text('The store is sound')").ToBeVisibleAsync();
        await visit.Expect("main").ToContainTextAsync("every object was read");
    }
}
