// faces: a face for each name, as a small picture that is the same on both sides.
package main

import (
	"crypto/sha256"
	"image"
	"image/color"
	"image/png"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

const side = 8

func face(name string) image.Image {
	sum := sha256.Sum256([]byte(name))
	palette := color.Palette{color.White, color.RGBA{sum[29] / 2, sum[30] / 2, sum[31], 255}}
	picture := image.NewPaletted(image.Rect(0, 0, side, side), palette)
	for y := 0; y < side; y++ {
		for x := 0; x < side/2; x++ {
			index := sum[y*side/2+x] & 1
			picture.SetColorIndex(x, y, index)
			picture.SetColorIndex(side-1-x, y, index)
		}
	}
	return picture
}

func main() {
	http.HandleFunc("/faces/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/faces/"), ".png")
		if name == "" {
			http.Error(w, "a face of whom? /faces/NAME.png", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		if err := png.Encode(w, face(name)); err != nil {
			log.Print(err)
		}
	})
	// The listener that noos hands to a server is descriptor 3.
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, nil))
}
