// What a Go program does that a C program does not: goroutines on a scheduler of their own, timers
// that wake it, channels, a garbage collector, and files through its own library.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

type order struct {
	ID    int      `json:"id"`
	Items []string `json:"items"`
}

// Work handed out over a channel and gathered again.
func sumOfSquares(workers, numbers int) int {
	jobs, results := make(chan int), make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for number := range jobs {
				results <- number * number
			}
		}()
	}
	go func() {
		for number := range numbers {
			jobs <- number
		}
		close(jobs)
		group.Wait()
		close(results)
	}()
	sum := 0
	for square := range results {
		sum += square
	}
	return sum
}

// Three sleepers wake, none before its time, while a fourth sleeps on. In which order they are seen
// nobody can say: on a busy machine all their times may be over when the program goes on.
func sleepers() []int {
	const hour = 3_600_000
	var rested []int
	woken := make(chan int)
	for _, milliseconds := range []int{hour, 30, 10, 20} {
		go func() {
			length := time.Duration(milliseconds) * time.Millisecond
			start := time.Now()
			time.Sleep(length)
			if time.Since(start) < length {
				milliseconds = 0
			}
			woken <- milliseconds
		}()
	}
	for range 3 {
		rested = append(rested, <-woken)
	}
	sort.Ints(rested)
	return rested
}

func waitForDeadline() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Hour):
		return errors.New("an hour has passed")
	}
}

func writeAndWalk(root string) ([]string, error) {
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o755); err != nil {
		return nil, err
	}
	text, err := json.Marshal(order{ID: 7, Items: []string{"tea", "cake"}})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(root, "a", "b", "order.json"), text, 0o644); err != nil {
		return nil, err
	}
	var seen []string
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil {
			seen = append(seen, fmt.Sprintf("%s:%t", path, entry.IsDir()))
		}
		return err
	})
	return seen, err
}

func readOrder(path string) (order, error) {
	var read order
	text, err := os.ReadFile(path)
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(text, &read)
}

func countWords() map[string]int {
	words := map[string]int{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		for _, word := range strings.Fields(lines.Text()) {
			words[word]++
		}
	}
	return words
}

func recoverFrom(work func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	work()
	return "nothing"
}

// Makes garbage until it has been collected several times.
func churn() int {
	total := 0
	for i := range 2000 {
		block := make([]byte, 64*1024)
		block[i%len(block)] = 1
		total += len(block)
	}
	return total
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	return value
}

func main() {
	fmt.Println("args", os.Args[1:], "env", os.Getenv("GREETING"))
	fmt.Println("squares", sumOfSquares(8, 1000))
	fmt.Println("sleepers", sleepers())
	fmt.Println("deadline", waitForDeadline())
	fmt.Println("walk", must(writeAndWalk("tree")))
	fmt.Println("order", must(readOrder("tree/a/b/order.json")))
	_, err := os.Stat("missing")
	fmt.Println("missing", errors.Is(err, fs.ErrNotExist))
	if err := os.RemoveAll("tree"); err != nil {
		fmt.Println("remove", err)
	}
	words := countWords()
	names := make([]string, 0, len(words))
	for name := range words {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Println("word", name, words[name])
	}
	fmt.Println("panic", recoverFrom(func() { _ = []int{}[len(words)] }))
	fmt.Printf("sha256 %x\n", sha256.Sum256([]byte("noos")))
	fmt.Println("churned", churn())
	os.Exit(3)
}
