import java.io.FileInputStream;
import org.herac.tuxguitar.io.base.TGSongReaderHandle;
import org.herac.tuxguitar.io.base.TGSongStreamContext;
import org.herac.tuxguitar.io.gpx.v7.GPXInputStream;
import org.herac.tuxguitar.song.factory.TGFactory;
import org.herac.tuxguitar.song.models.TGBeat;
import org.herac.tuxguitar.song.models.TGMeasure;
import org.herac.tuxguitar.song.models.TGNote;
import org.herac.tuxguitar.song.models.TGSong;
import org.herac.tuxguitar.song.models.TGTrack;

/** Prints what TuxGuitar reads in Guitar Pro files, one after another: a line for the file, each measure and each note. */
class TuxGuitarReader {
  public static void main(String[] paths) throws Exception {
    for (String path : paths) print(read(path));
  }

  private static TGSong read(String path) throws Exception {
    TGSongReaderHandle handle = new TGSongReaderHandle();
    handle.setFactory(new TGFactory());
    handle.setContext(new TGSongStreamContext());
    try (FileInputStream file = new FileInputStream(path)) {
      handle.setInputStream(file);
      new GPXInputStream().read(handle);
    }
    return handle.getSong();
  }

  private static void print(TGSong song) {
    TGTrack track = song.getTrack(0);
    boolean drums = song.getChannel(0).isPercussionChannel();
    say("song", song.getName(), song.getArtist(), song.countTracks(), track.getName(), drums);
    for (int index = 0; index < track.countMeasures(); index++) {
      TGMeasure measure = track.getMeasure(index);
      int beats = measure.getTimeSignature().getNumerator();
      int beatType = measure.getTimeSignature().getDenominator().getValue();
      say("measure", measure.getLength(), beats + "/" + beatType, measure.getTempo().getValue(), measure.getTripletFeel());
      for (TGBeat beat : measure.getBeats()) {
        for (int voice = 0; voice < beat.countVoices(); voice++) {
          for (TGNote note : beat.getVoice(voice).getNotes()) {
            int key = track.getString(note.getString()).getValue() + note.getValue();
            boolean ghost = note.getEffect().isGhostNote();
            boolean accent = note.getEffect().isAccentuatedNote();
            say("note", beat.getStart() - measure.getStart(), key, ghost ? "ghost" : accent ? "accent" : "normal");
          }
        }
      }
    }
  }

  private static void say(Object... values) {
    StringBuilder line = new StringBuilder();
    for (Object value : values) line.append(line.length() > 0 ? "\t" : "").append(value);
    System.out.println(line);
  }
}
