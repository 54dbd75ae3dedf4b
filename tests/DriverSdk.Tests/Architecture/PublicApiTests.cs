namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class PublicApiTests
{
    private const string UpdateVariable = "DRIVERSDK_UPDATE_PUBLIC_API";

    [TestMethod]
    [DataRow("DriverSdk.Contract")]
    [DataRow("DriverSdk.Hardware")]
    [DataRow("DriverSdk.Kernel")]
    [DataRow("DriverSdk")]
    [DataRow("DriverSdk.Devices")]
    [DataRow("DriverSdk.Testing")]
    [DataRow("DriverSdk.Qtest")]
    public void ThePublicApi_IsTheReviewedOne(string name)
    {
        var path = $"src/{name}/PublicApi.txt";
        var current = PublicApiText.Render(SdkAssemblies.All.Single(assembly => assembly.GetName().Name == name));
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(Repository.Full(path), current);

        var reviewed = File.Exists(Repository.Full(path)) ? Repository.Read(path).ReplaceLineEndings("\n") : "";
        Findings.ShouldBeEmpty(
            Difference(reviewed, current).Select(line => $"{path}: {line}"),
            $"run {UpdateVariable}=1 dotnet test tests/DriverSdk.Tests --filter PublicApiTests, review each changed line, and add one to src/DriverSdk/CHANGELOG.md");
    }

    private static IEnumerable<string> Difference(string reviewed, string current)
    {
        var before = reviewed.Split('\n').ToHashSet();
        var after = current.Split('\n').ToHashSet();
        return before.Except(after).Select(line => $"gone:  {line}").Concat(after.Except(before).Select(line => $"new:   {line}"));
    }
}
