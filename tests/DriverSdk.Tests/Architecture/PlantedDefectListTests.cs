using DriverSdk.PlantedDefects;

namespace DriverSdk.Tests.Architecture;

[TestClass]
public sealed class PlantedDefectListTests
{
    private const string HowToFix = "correct the row in tests/DriverSdk.PlantedDefects/PlantedDefectList.cs";

    [TestMethod]
    public void AnOldText_StandsExactlyOnceInItsFile()
    {
        Findings.ShouldBeEmpty(
            from defect in PlantedDefectList.All
            let count = File.Exists(Repository.Full(defect.File)) ? TreeCopy.Occurrences(Repository.Read(defect.File), defect.OldText) : 0
            where count != 1
            select $"{defect.Name}: its old text stands {count} times in {defect.File}",
            HowToFix);
    }

    [TestMethod]
    public void ARow_ChangesSomethingAndHasANameOfItsOwn()
    {
        Findings.ShouldBeEmpty(
            PlantedDefectList.All.Where(defect => defect.OldText == defect.NewText).Select(defect => $"{defect.Name} changes nothing")
                .Concat(PlantedDefectList.All.GroupBy(defect => defect.Name).Where(group => group.Count() > 1).Select(group => $"{group.Key} stands {group.Count()} times")),
            HowToFix);
    }
}
